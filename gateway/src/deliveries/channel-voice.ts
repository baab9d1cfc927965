import type { TurnLease } from '../conversations/turn-lease.ts';
import type { Tenant } from '../tenants/settings.ts';
import type { LeadFacts } from '../turn/find-lead.ts';
import type { TurnOutcome } from '../turn/turn.ts';
import type { PlannedDelivery } from './planned-delivery.ts';

/** Where in a channel a conversation is. */
export type Whereabouts = Pick<TurnLease, 'sessionId' | 'origin'>;

/** A hand-over that was asked for outside an answer. */
export interface HandoverNotice {
  /** To the visitor. */
  text: string;
  /** Nobody knows yet how to reach the visitor. */
  asksContact: boolean;
  /** To the operators: what the visitor said last, and what is known of them. */
  lastWords: string;
  facts: LeadFacts;
}

/** How a channel says what the agent has to say. Pure but for `showTyping`. */
export interface ChannelVoice {
  /** What an answer becomes: messages, a note for operators, a hand-over, contact facts. */
  planAnswer(tenant: Tenant, lease: TurnLease, outcome: TurnOutcome): PlannedDelivery[];
  /** The notice of a hand-over that was asked for outside an answer. */
  planNotice(tenant: Tenant, where: Whereabouts, notice: HandoverNotice): PlannedDelivery[];
  /** What a person wrote in our own desk. Undefined: the channel takes no such message. */
  planPersonMessage(tenant: Tenant, where: Whereabouts, text: string): PlannedDelivery[] | undefined;
  /** Word to the operators alone. */
  planNote(tenant: Tenant, where: Whereabouts, word: string): PlannedDelivery[];
  /** Whether an answer that asks for nobody is left to people all the same. */
  leavesToPeople(where: Whereabouts, outcome: TurnOutcome): boolean;
  /** Answers in one conversation within an hour; beyond it somebody should look. */
  answersPerHour(tenant: Tenant, where: Whereabouts): number;
  /** After so long without a person's word, in minutes, the agent answers again. Null: only when the case is closed or given back. */
  quietMinutes(tenant: Tenant, where: Whereabouts): number | null;
  /** A courtesy: it may be left out, and its failure matters to nobody. */
  showTyping(tenant: Tenant, where: Whereabouts, isTyping: boolean): Promise<void>;
}
