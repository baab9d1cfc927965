import { createHash } from 'node:crypto';
import type { SessionRequest } from '@netia/protocol';
import { AppError } from '../../errors.ts';
import type { ChannelSecrets } from '../../tenants/channel-secrets.ts';
import type { Tenant } from '../../tenants/settings.ts';
import { findFacts, type LeadFacts } from '../../turn/find-lead.ts';
import { verifyProof } from './verify-proof.ts';

/** Who the page says its visitor is. */
export interface VisitorIdentity {
  /** Of what is the same as long as it is the same visitor; null for nobody in particular. A session is gone on with under the same one only. */
  hash: Buffer | null;
  /** The site's own name for them, where it has proven it. */
  externalId: string | null;
  facts: LeadFacts;
}

/**
 * Reads who the page says its visitor is. A proof is checked, and one that is not good is refused rather than passed over:
 * taken for nobody, a visitor would lose their conversation without a word. What stands beside a good proof counts for nothing.
 * @throws {AppError} identity_refused for a proof that is none; identity_required where the tenant wants one and none came.
 */
export async function readIdentity(identity: SessionRequest['identity'], tenant: Tenant, secrets: ChannelSecrets): Promise<VisitorIdentity> {
  if (identity?.proof !== undefined) {
    const { externalId, details } = await verifyProof(identity.proof, (await secrets.read(tenant.id, 'widget_identity_secret')) as string[]);
    return { hash: hashOf('proven', externalId), externalId, facts: factsOf(details) };
  }
  if (tenant.settings.identity.is_required) throw proofRequired();
  const facts = factsOf(identity ?? {});
  const { email, phone, name, company } = facts;
  // Somebody who changes their name is not somebody else.
  const key = email?.toLowerCase() ?? phone ?? (name || company ? `${name}\n${company}` : undefined);
  return { hash: key === undefined ? null : hashOf('claimed', key), externalId: null, facts };
}

export const proofRequired = () => new AppError('identity_required', 'Sign in on this site first, then write here.');

const hashOf = (kind: 'proven' | 'claimed', key: string) => createHash('sha256').update(`${kind}\n${key}`).digest();

/** What the page or its proof says of the visitor, through the same rules as what visitors write. */
function factsOf({ name, email, company, phone: written }: NonNullable<SessionRequest['identity']>): LeadFacts {
  const phone = written ? findFacts(written).phone : undefined;
  return { ...(name ? { name } : {}), ...(email ? { email } : {}), ...(phone ? { phone } : {}), ...(company ? { company } : {}) };
}
