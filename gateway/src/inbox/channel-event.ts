import type { LeadFacts } from '../turn/find-lead.ts';

/** What happened in a chat that is not ours, in words that do not depend on whose it is. */
export type ChannelEvent = {
  channel: 'crisp' | 'tidio';
  /** The channel's name for the conversation, made unique among channels by the parser. */
  sessionId: string;
  /** The same for every delivery of the same event, different for every other. */
  key: string;
  /** The channel's time of it. */
  at: Date;
} & ChannelHappening;

/** A message may bring along what the channel knows of its sender. */
export type ChannelHappening =
  | ({ type: 'message'; externalId: string; origin?: string; pageUrl?: string; known?: LeadFacts } & Content)
  /** The visitor chose one of the answers offered in one of our messages. */
  | { type: 'choice'; fingerprint: number; value: string; label: string }
  | { type: 'edit'; externalId: string; text: string }
  | { type: 'removal'; externalId: string }
  | ({ type: 'person'; externalId: string } & Content)
  | { type: 'assigned' }
  | { type: 'typing' }
  | { type: 'closed' }
  | { type: 'blocked'; isBlocked: boolean }
  | { type: 'erased' }
  /** What the channel knows of its visitor. */
  | { type: 'facts'; facts: LeadFacts; segments?: string[] };

interface Content {
  messageType: 'text' | 'image' | 'audio' | 'file';
  /** Empty for what has no text. */
  text: string;
}

/** An authentic event that asks for nothing: acknowledged and left, with the reason why. */
export interface Ignored {
  type: 'ignored';
  reason: string;
}
