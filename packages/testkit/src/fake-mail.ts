import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  /** Of the envelope: where the server was told to bring it. */
  to: string[];
  /** As it came over the wire. */
  raw: string;
  /** Header fields by their lower-case names. */
  headers: Map<string, string>;
  text: string;
}

/** A mail server, played at the wire: keeps what it is given, and brings nothing anywhere. */
export class FakeMail {
  readonly received: ReceivedMail[] = [];
  /** Refuses every recipient, as a server does that does not know them. */
  refuses = false;
  readonly #server: SMTPServer;

  private constructor() {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      logger: false,
      onRcptTo: ({ address }, _session, done) => done(this.refuses ? Object.assign(new Error(`550 no such user ${address}`), { responseCode: 550 }) : null),
      onData: (stream, session, done) => {
        const pieces: Buffer[] = [];
        stream.on('data', (piece: Buffer) => pieces.push(piece));
        stream.on('end', () => {
          this.received.push(
            read(
              Buffer.concat(pieces).toString('utf8'),
              session.envelope.rcptTo.map(({ address }) => address),
            ),
          );
          done();
        });
      },
    });
  }

  static async start(): Promise<FakeMail> {
    const mail = new FakeMail();
    await new Promise<void>((resolve, reject) => {
      mail.#server.on('error', reject);
      mail.#server.listen(0, '127.0.0.1', resolve);
    });
    return mail;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.#server.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(resolve));
  }
}

function read(raw: string, to: string[]): ReceivedMail {
  const [head = '', ...body] = raw.split('\r\n\r\n');
  const headers = new Map<string, string>();
  for (const line of head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const at = line.indexOf(':');
    headers.set(line.slice(0, at).toLowerCase(), line.slice(at + 1).trim());
  }
  return { to, raw, headers, text: decode(body.join('\r\n\r\n'), headers.get('content-transfer-encoding') ?? '7bit') };
}

/** RFC 2045, as far as plain text needs it. */
function decode(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (encoding !== 'quoted-printable') return body;
  const bytes = body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
