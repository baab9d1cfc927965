import type { TurnLease } from '../../conversations/turn-lease.ts';
import type { ChannelVoice, Whereabouts } from '../../deliveries/channel-voice.ts';
import type { PlannedDelivery } from '../../deliveries/planned-delivery.ts';
import { CHOICE_PERSON } from '../../inbox/accept-event.ts';
import type { Tenant } from '../../tenants/settings.ts';
import type { Intent, LeadFacts } from '../../turn/find-lead.ts';
import { type Phrases, phrasesFor } from '../../turn/phrases.ts';
import type { TurnOutcome } from '../../turn/turn.ts';
import { splitText, writeAnswer, writeText } from '../answer-text.ts';
import type { CrispClients } from './crisp-clients.ts';

/** Of the visitor's last words, as many characters as an operator reads at a glance. */
const SUMMARY_LENGTH = 300;
const ANSWERS_PER_HOUR = 60;

/** How the agent speaks in Crisp: text with its sources, a choice to ask for a person, a note for the operators. */
export function createCrispVoice(clients: CrispClients): ChannelVoice {
  const voice: ChannelVoice = {
    planAnswer: (tenant, lease, outcome) => {
      const { crisp } = tenant.settings;
      const phrases = phrasesFor(outcome.receipt.language, tenant.settings.widget.language);
      const offers = outcome.parts.some((part) => part.type === 'handoff' && part.state === 'offered');
      // What the picker asks need not be said above it as well.
      const content = offers ? outcome.content.replace(new RegExp(`\\s*${escapeRegExp(phrases.handoffOffer)}\\s*$`), '') : outcome.content;
      const asksContact = outcome.parts.some((part) => part.type === 'lead-request');
      const opening = lease.hasSpoken || !crisp.introduces_itself ? '' : `*${phrases.isAi}*\n\n`;
      const text = opening + writeAnswer('crisp', content, outcome.citations, phrases.sources);
      return [
        ...splitText(asksContact ? `${text}\n\n${phrases.askContact}` : text, crisp.message_max).map(asMessage),
        ...(offers ? [offerPerson(phrases)] : []),
        ...(outcome.wantsPerson ? handOver(tenant, summarise(lease, outcome)) : []),
        ...profileOf(outcome, tenant),
      ];
    },
    planNotice: (tenant, _where, { text, asksContact, lastWords, facts }) => {
      const { askContact } = phrasesFor(tenant.settings.widget.language);
      const words = writeText('crisp', text) + (asksContact ? `\n\n${askContact}` : '');
      return [asMessage(words), ...handOver(tenant, summary('the visitor chose to talk to a person', lastWords, facts))];
    },
    planPersonMessage: (tenant, _where, text) =>
      splitText(text, tenant.settings.crisp.message_max).map((content) => ({
        kind: 'message',
        isPersons: true,
        payload: { type: 'text', content, isPersons: true },
      })),
    planNote: (tenant, _where, word) => [note(word), handoff(tenant)],
    leavesToPeople: () => false,
    answersPerHour: () => ANSWERS_PER_HOUR,
    quietMinutes: (tenant) => tenant.settings.crisp.quiet_minutes,
    showTyping: (tenant, where, isTyping) => showTyping(clients, tenant, where, isTyping),
  };
  return voice;
}

const asMessage = (content: string): PlannedDelivery => ({ kind: 'message', payload: { type: 'text', content } });
const note = (content: string): PlannedDelivery => ({ kind: 'note', payload: { content } });
const handoff = (tenant: Tenant): PlannedDelivery => ({ kind: 'handoff', payload: { assignTo: tenant.settings.crisp.assign_to } });
const handOver = (tenant: Tenant, reason: string): PlannedDelivery[] => [note(reason), handoff(tenant)];

function offerPerson(phrases: Phrases): PlannedDelivery {
  return {
    kind: 'message',
    payload: {
      type: 'picker',
      content: { id: 'netia-person', text: phrases.handoffOffer, choices: [{ value: CHOICE_PERSON, label: phrases.person, selected: false }] },
    },
  };
}

function summarise(lease: TurnLease, outcome: TurnOutcome): string {
  const asked = lease.waiting.map((message) => message.text).join(' / ');
  const reason = outcome.verdict === 'handed_over' ? 'the visitor asked for a person' : outcome.verdict;
  return summary(reason, asked, { ...lease.knownFacts, ...lease.facts, ...outcome.facts }, outcome.intent);
}

/** What an operator needs to know to take over without reading everything. What a visitor writes must not become a picture or a button in front of them. */
function summary(reason: string, lastWords: string, facts: LeadFacts, intent: Intent = 'other'): string {
  const known = Object.entries(facts).map(([name, value]) => `${name}: ${writeText('crisp', value)}`);
  return [
    'The agent has handed this conversation over.',
    `Reason: ${reason}.`,
    ...(lastWords.trim() ? [`Last words: ${writeText('crisp', lastWords.slice(0, SUMMARY_LENGTH))}`] : []),
    ...(intent === 'other' ? [] : [`About: ${intent}.`]),
    ...(known.length > 0 ? [`Known: ${known.join(', ')}`] : []),
  ].join('\n');
}

/** Facts the visitor has given just now go to the profile that the operators see. */
function profileOf(outcome: TurnOutcome, tenant: Tenant): PlannedDelivery[] {
  const { name, email, phone } = outcome.facts;
  if (!email && !phone && !name) return [];
  const segment = tenant.settings.crisp.lead_segment;
  return [
    {
      kind: 'profile',
      payload: {
        ...(name ? { nickname: name } : {}),
        ...(email ? { email } : {}),
        ...(phone ? { phone } : {}),
        ...(segment && (email || phone) ? { segment } : {}),
      },
    },
  ];
}

async function showTyping(clients: CrispClients, tenant: Tenant, where: Whereabouts, isTyping: boolean): Promise<void> {
  const client = tenant.settings.crisp.shows_typing ? await clients.of(tenant) : undefined;
  if (!client || !tenant.crisp_website_id) return;
  await client.call('compose', 'courtesy', { websiteId: tenant.crisp_website_id, sessionId: where.sessionId }, (api, { websiteId, sessionId }) =>
    api.website.composeMessageInConversation(websiteId, sessionId, { type: isTyping ? 'start' : 'stop', from: 'operator', automated: true }),
  );
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
