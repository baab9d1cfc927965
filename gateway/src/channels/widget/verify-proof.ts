import { errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { storableText } from '../../storable-text.ts';

/** A proof that is good for longer is as good as a password that stands in the page; in seconds. */
const LIFETIME_MAX_S = 24 * 3_600;
/** Clocks of two servers are apart, in seconds. */
const CLOCKS_APART_S = 60;

const said = (length: number) =>
  z
    .string()
    .transform((text) => storableText(text).trim())
    .pipe(z.string().min(1).max(length))
    .optional()
    .catch(undefined);

/** What a proof says. Details that are none are left out, because the one that counts is the name, and that is the site's own. */
const claimsSchema = z.object({
  sub: z
    .union([z.string(), z.int()])
    .transform((id) => storableText(String(id)).trim())
    .pipe(z.string().min(1).max(255)),
  exp: z.number(),
  name: said(200),
  email: z.email().max(255).optional().catch(undefined),
  phone: said(40),
  company: said(200),
});

export interface ProvenVisitor {
  /** The site's own name for its visitor. */
  externalId: string;
  /** What it says of them beside, as the site wrote it. */
  details: Pick<z.infer<typeof claimsSchema>, 'name' | 'email' | 'phone' | 'company'>;
}

/**
 * Checks a site's proof of who its visitor is: a JWT (RFC 7519) signed with HS256 and a secret of the tenant, with `sub`
 * and `exp`, good for a day at most.
 * @param secrets the tenant's live ones; several while one is being replaced.
 * @throws {AppError} identity_refused, with what is wrong in its details for whoever builds the page.
 */
export async function verifyProof(proof: string, secrets: readonly string[]): Promise<ProvenVisitor> {
  for (const secret of secrets) {
    const claims = await readSigned(proof, secret);
    if (claims) return readClaims(claims);
  }
  throw refused(secrets.length === 0 ? 'this site has no secret for proofs; make one in the console' : 'it is not signed with a secret of this site');
}

/** @returns undefined when another secret has signed it. */
async function readSigned(proof: string, secret: string): Promise<unknown> {
  try {
    return (await jwtVerify(proof, Buffer.from(secret), { algorithms: ['HS256'], requiredClaims: ['sub', 'exp'], clockTolerance: CLOCKS_APART_S })).payload;
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return undefined;
    if (error instanceof errors.JWTExpired) throw refused('it has expired; sign a new one for each page', error);
    if (error instanceof errors.JOSEAlgNotAllowed) throw refused('it must be signed with HS256', error);
    if (error instanceof errors.JWTClaimValidationFailed) throw refused(`its claim ${error.claim} is missing or wrong`, error);
    if (error instanceof errors.JOSEError) throw refused('it is no JSON Web Token', error);
    throw error;
  }
}

function readClaims(payload: unknown): ProvenVisitor {
  const claims = claimsSchema.safeParse(payload);
  if (!claims.success) throw refused('its claim sub must be your own id of the visitor, of 1 to 255 characters');
  const { sub, exp, ...details } = claims.data;
  if (exp > Date.now() / 1_000 + LIFETIME_MAX_S + CLOCKS_APART_S) throw refused('it is good for more than a day; set exp to some hours from now');
  return { externalId: sub, details };
}

/** What the visitor reads says what they can do; what is wrong with the page is for its owner. */
const refused = (problem: string, cause?: unknown) =>
  new AppError('identity_refused', 'This site could not show who you are. Reload the page and try again.', {
    details: [{ where: 'body.identity.proof', problem }],
    cause,
  });
