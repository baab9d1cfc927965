import { type ChannelSender, SendFault, type TakenDelivery } from '../../deliveries/planned-delivery.ts';
import type { Tenant, TenantDirectory } from '../../tenants/settings.ts';
import { type CrispClient, type CrispPlace, isAbsent } from './crisp-client.ts';
import type { CrispClients } from './crisp-clients.ts';
import { handoffPayloadSchema, messagePayloadSchema, notePayloadSchema, profilePayloadSchema } from './crisp-payloads.ts';

/**
 * Sends to Crisp. Whether it refuses a second message with the same fingerprint is not documented, so a second try looks
 * the fingerprint up first. State, assignment and profile may be set twice without harm.
 */
export function createCrispSender(clients: CrispClients, tenants: TenantDirectory): ChannelSender {
  const reach = async (delivery: TakenDelivery): Promise<{ client: CrispClient; place: CrispPlace; tenant: Tenant }> => {
    const tenant = await tenants.get(delivery.tenantId);
    const client = await clients.of(tenant);
    // A token of the website's own needs no plugin there.
    const isReachable = client && (client.credentials.tier === 'website' || tenant.crisp_is_installed);
    if (!tenant.crisp_website_id || !isReachable) throw new SendFault('disconnected', 'the tenant is not connected to Crisp');
    return { client, tenant, place: { websiteId: tenant.crisp_website_id, sessionId: delivery.sessionId } };
  };
  return {
    findSent: async (delivery) => {
      if (delivery.kind !== 'message' && delivery.kind !== 'note') return undefined;
      const { client, place } = await reach(delivery);
      try {
        await client.call('message.get', 'answer', place, (api, { websiteId, sessionId }) =>
          api.website.getMessageInConversation(websiteId, sessionId, delivery.fingerprint),
        );
        return null;
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
    },
    send: async (delivery) => {
      const { client, place, tenant } = await reach(delivery);
      switch (delivery.kind) {
        case 'message':
          await sendMessage(client, place, tenant, delivery);
          break;
        case 'note':
          await sendNote(client, place, delivery);
          break;
        case 'handoff':
          await sendHandoff(client, place, delivery);
          break;
        case 'profile':
          await sendProfile(client, place, delivery);
          break;
      }
      return null;
    },
  };
}

async function sendMessage(
  client: CrispClient,
  place: CrispPlace,
  tenant: Tenant,
  { payload, fingerprint, origin, requireTime }: TakenDelivery,
): Promise<void> {
  const message = messagePayloadSchema.parse(payload);
  const isPersons = message.type === 'text' && message.isPersons;
  const common = {
    from: 'operator',
    origin: origin ?? 'chat',
    fingerprint,
    // Not taken for a person's reply; the conversation stays among the automated ones until it is handed over.
    automated: !isPersons,
    user: { type: 'website', nickname: (!isPersons && tenant.settings.crisp.nickname) || tenant.name },
  } as const;
  await client.call('message.send', isPersons ? 'handover' : 'answer', place, (api, { websiteId, sessionId }) => {
    requireTime();
    return message.type === 'text'
      ? api.website.sendMessageInConversation(websiteId, sessionId, { ...common, type: 'text', content: message.content })
      : api.website.sendMessageInConversation(websiteId, sessionId, { ...common, type: 'picker', content: message.content });
  });
}

async function sendNote(client: CrispClient, place: CrispPlace, { payload, fingerprint, requireTime }: TakenDelivery): Promise<void> {
  const { content } = notePayloadSchema.parse(payload);
  await client.call('note.send', 'handover', place, (api, { websiteId, sessionId }) => {
    requireTime();
    return api.website.sendMessageInConversation(websiteId, sessionId, {
      type: 'note',
      from: 'operator',
      origin: 'chat',
      content,
      fingerprint,
      automated: true,
    });
  });
}

/** Makes the conversation visible to people, and somebody's where the tenant has named them. */
async function sendHandoff(client: CrispClient, place: CrispPlace, { payload }: TakenDelivery): Promise<void> {
  const { assignTo } = handoffPayloadSchema.parse(payload);
  await client.call('state.set', 'handover', place, (api, { websiteId, sessionId }) => api.website.changeConversationState(websiteId, sessionId, 'unresolved'));
  if (!assignTo) return;
  await client.call('routing.assign', 'handover', place, (api, { websiteId, sessionId }) =>
    api.website.assignConversationRouting(websiteId, sessionId, { assigned: { user_id: assignTo } }),
  );
}

/** Fills what the profile lacks: what an operator has entered is theirs. Segments replace the list, so they are read and merged. */
async function sendProfile(client: CrispClient, place: CrispPlace, { payload }: TakenDelivery): Promise<void> {
  const { segment, ...facts } = profilePayloadSchema.parse(payload);
  const known = await client.call('meta.get', 'answer', place, (api, { websiteId, sessionId }) => api.website.getConversationMetas(websiteId, sessionId));
  const missing = Object.fromEntries(
    Object.entries(facts).filter(([name]) => !known[name as keyof typeof facts] || (name === 'nickname' && /^visitor\d*$/i.test(known.nickname ?? ''))),
  );
  const segments = segment && !known.segments?.includes(segment) ? { segments: [...(known.segments ?? []), segment] } : {};
  if (Object.keys({ ...missing, ...segments }).length === 0) return;
  await client.call('meta.set', 'answer', place, (api, { websiteId, sessionId }) =>
    api.website.updateConversationMetas(websiteId, sessionId, { ...missing, ...segments }),
  );
}
