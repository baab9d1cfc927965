/** Something to be sent to a channel, before it is stored. */
export interface PlannedDelivery {
  /** message: the visitor sees it. note: operators only. handoff: state and assignment. profile: contact facts. */
  kind: 'message' | 'note' | 'handoff' | 'profile';
  /** A message that a person wrote here: it is sent whoever has the conversation by then. */
  isPersons?: true;
  /** In the channel's own form; only its folder reads it. */
  payload: object;
}

/** A stored delivery, taken by this process. */
export interface TakenDelivery {
  id: string;
  tenantId: string;
  conversationId: string;
  channel: 'crisp' | 'tidio';
  kind: PlannedDelivery['kind'];
  payload: unknown;
  /** Our number for it, the same at every try. */
  fingerprint: number;
  /** The fencing token: only who took it last may settle it. */
  claim: number;
  /** This try, from 1, not counting those that were turned away: after the first, an earlier one may have arrived. */
  attempt: number;
  /** Of the conversation. */
  sessionId: string;
  origin: string | null;
  createdAt: Date;
  /** To be called with nothing awaited between it and the call that sends. @throws {SendFault} lost, when this process has held it for too long to have the right. */
  requireTime(): void;
}

/**
 * Why something could not be sent.
 * passing: worth another try. paced: the channel says "not now"; no fault, and no try is counted.
 * exhausted: the day's calls are used up. A message is given up then, for an answer tomorrow is none; the rest waits.
 * lost: this process may not send it any more; somebody else does, or will.
 * refused: it will never be taken. disconnected: the channel does not know us there any more.
 */
export type SendFaultKind = 'passing' | 'lost' | 'paced' | 'exhausted' | 'refused' | 'disconnected';

export class SendFault extends Error {
  override name = 'SendFault';
  readonly kind: SendFaultKind;
  /** paced, exhausted: how long to wait at least, in milliseconds. */
  readonly waitMs: number;

  constructor(kind: SendFaultKind, message: string, options: { cause?: unknown; waitMs?: number } = {}) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.waitMs = options.waitMs ?? 0;
  }
}

/** A channel's way out. */
export interface ChannelSender {
  /**
   * Sends it.
   * @returns the channel's name for what was sent, where it gives one.
   * @throws {SendFault}; after a `passing` one it may have been sent all the same.
   */
  send(delivery: TakenDelivery): Promise<string | null>;
  /** Whether an earlier try, whose outcome nobody saw, has arrived. @returns its name, null when it has none, undefined when it has not arrived. */
  findSent(delivery: TakenDelivery): Promise<string | null | undefined>;
}
