import { hash, verify } from '@node-rs/argon2';

/** OWASP's second choice of parameters for Argon2id: 19 MiB, two passes; about 30 ms here. The first wants 46 MiB of every sign-in. */
const COSTS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), COSTS);
}

/** A hash of what nobody types: an address that nobody has must take as long to refuse as a wrong password. */
let nobodys: Promise<string> | undefined;

/** @param known the stored hash; undefined where there is no such person. */
export async function isPassword(known: string | undefined, password: string): Promise<boolean> {
  nobodys ??= hashPassword('\u0000');
  const matches = await verify(known ?? (await nobodys), password.normalize('NFKC'));
  return matches && known !== undefined;
}
