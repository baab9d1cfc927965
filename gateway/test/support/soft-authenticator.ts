import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';

const b64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
const sha256 = (text: string | Uint8Array) => createHash('sha256').update(text).digest();

/** What a hostile or broken device may do other than it should. */
export interface Wrong {
  origin?: string;
  rpId?: string;
  /** Signs without having made sure of its owner. */
  isUnverified?: boolean;
  challenge?: string;
  counter?: number;
}

/** A device that keeps one ES256 key, as WebAuthn wants it; what it says can be bent. */
export class SoftAuthenticator {
  readonly id = randomBytes(32);
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  readonly #origin: string;
  readonly #rpId: string;
  counter = 0;

  constructor(publicUrl: string) {
    ({ privateKey: this.#privateKey, publicKey: this.#publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' }));
    ({ origin: this.#origin, hostname: this.#rpId } = new URL(publicUrl));
  }

  /** The answer to navigator.credentials.create. */
  register({ challenge }: { challenge: string }, wrong: Wrong = {}) {
    const { x = '', y = '' } = this.#publicKey.export({ format: 'jwk' });
    const cose = isoCBOR.encode(
      new Map<number, number | Uint8Array>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
        [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
      ]),
    );
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.id.length);
    const authData = new Uint8Array(Buffer.concat([this.#head(0x40, wrong), Buffer.alloc(16), length, this.id, cose]));
    const attestation = isoCBOR.encode(
      new Map<string, string | Uint8Array | Map<string, never>>([
        ['fmt', 'none'],
        ['attStmt', new Map<string, never>()],
        ['authData', authData],
      ]),
    );
    return this.#answer({
      clientDataJSON: this.#clientData('webauthn.create', challenge, wrong),
      attestationObject: b64(attestation),
      transports: ['internal'],
    });
  }

  /** The answer to navigator.credentials.get. */
  signIn({ challenge }: { challenge: string }, wrong: Wrong = {}) {
    const clientData = this.#clientData('webauthn.get', challenge, wrong);
    const authData = this.#head(0, wrong);
    const signature = sign('sha256', Buffer.concat([authData, sha256(Buffer.from(clientData, 'base64url'))]), this.#privateKey);
    return this.#answer({ clientDataJSON: clientData, authenticatorData: b64(authData), signature: b64(signature) });
  }

  #answer(response: object) {
    return { id: b64(this.id), rawId: b64(this.id), type: 'public-key', response, clientExtensionResults: {} };
  }

  /** Present always; verified unless it is to be wrong. */
  #head(flags: number, { rpId = this.#rpId, isUnverified = false, counter = ++this.counter }: Wrong): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([sha256(rpId), Buffer.from([flags | 0x01 | (isUnverified ? 0 : 0x04)]), count]);
  }

  #clientData(type: string, challenge: string, wrong: Wrong): string {
    return b64(Buffer.from(JSON.stringify({ type, challenge: wrong.challenge ?? challenge, origin: wrong.origin ?? this.#origin, crossOrigin: false })));
  }
}
