import { setTimeout as pause } from 'node:timers/promises';
import { type Database, isConnectionFailure, isPassing, type Transaction } from '@netia/db';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { repeatedly } from '../repeatedly.ts';
import type { TenantDirectory } from '../tenants/settings.ts';
import type { ChannelVoice } from './channel-voice.ts';
import { type ChannelSender, SendFault, type TakenDelivery } from './planned-delivery.ts';
import { keepDelivery, settleDead, settleLater, settleSent, takeDelivery } from './take-delivery.ts';

export interface DeliveringParts {
  db: Database;
  log: Log;
  metrics: Metrics;
  tenants: TenantDirectory;
  senders: Record<'crisp' | 'tidio', ChannelSender>;
  voices: Record<'crisp' | 'tidio', ChannelVoice>;
}

/** Conversations that one process sends for at the same time. */
const AT_ONCE = 16;
const SWEEP_EVERY_MS = 1_000;
/** Tries before something that fails by itself is given up; with the waits below, about half an hour. */
const ATTEMPTS_MAX = 14;
/** The first wait after a failure, doubled each time up to the longest, and spread by half either way. */
const RETRY_MS = 1_000;
const RETRY_MAX_MS = 5 * 60_000;
/** A message that could not be sent for so long is no answer any more: a person takes the conversation. */
const STALE_MS = 30 * 60_000;
const SETTLE_TRIES = 6;

/**
 * Sends what answers have left to be sent: each once, in order, and nothing of the agent's after a person's word.
 *
 * No channel takes a key that would make a second copy harmless, so a second try first looks whether the first one
 * arrived, and a try whose time has run out is not made at all. Between the two failures that remain when a process is
 * stopped in the very call, later is chosen over twice.
 */
export class Delivering {
  readonly #parts: DeliveringParts;
  readonly #running = new Map<string, Promise<void>>();
  /** Conversations that got something more to send while they were being sent for. */
  readonly #again = new Set<string>();
  #isStopping = false;
  #endSweep = () => {};

  constructor(parts: DeliveringParts) {
    this.#parts = parts;
  }

  /** Begins to send what a conversation has waiting; returns at once. Full: the sweep finds it. */
  begin(tenantId: string, conversationId: string): void {
    const key = `${tenantId} ${conversationId}`;
    if (this.#running.has(key)) this.#again.add(key);
    if (this.#isStopping || this.#running.size >= AT_ONCE || this.#running.has(key)) return;
    const sending = this.#sendAll(tenantId, conversationId)
      .catch((error) =>
        this.#parts.log.warn({ tenant: tenantId, conversation: conversationId, err: error }, 'sending was broken off; the sweep goes on with it'),
      )
      .finally(() => {
        this.#running.delete(key);
        if (this.#again.delete(key)) this.begin(tenantId, conversationId);
      });
    this.#running.set(key, sending);
  }

  /** Looks every second for what a crash, a wait or a full house has left. */
  startSweep(): void {
    this.#endSweep = repeatedly(SWEEP_EVERY_MS, this.#parts.log, () => this.sweepOnce());
  }

  /** A full catch means that there is more: it goes on with it as soon as there is room again. */
  async sweepOnce(): Promise<void> {
    while (!this.#isStopping) {
      const room = AT_ONCE - this.#running.size;
      if (room > 0) {
        const waiting = await this.#parts.db.inDirectory((tx) =>
          tx.rows<{ tenant_id: string; conversation_id: string }>('SELECT * FROM find_waiting_deliveries($1)', [room]),
        );
        for (const { tenant_id, conversation_id } of waiting) this.begin(tenant_id, conversation_id);
        if (waiting.length < room || this.#running.size === 0) return;
      }
      await Promise.race(this.#running.values());
    }
  }

  /** Finishes what is on its way. */
  async stop(withinMs: number): Promise<void> {
    this.#isStopping = true;
    this.#endSweep();
    await Promise.race([Promise.all(this.#running.values()), pause(withinMs, undefined, { ref: false })]);
  }

  async #sendAll(tenantId: string, conversationId: string): Promise<void> {
    while (!this.#isStopping) {
      const delivery = await this.#parts.db.inTenant(tenantId, (tx) => takeDelivery(tx, tenantId, conversationId));
      if (!delivery) return;
      await this.#sendOne(delivery);
    }
  }

  async #sendOne(delivery: TakenDelivery): Promise<void> {
    const { db, log, metrics, senders } = this.#parts;
    const facts = { tenant: delivery.tenantId, conversation: delivery.conversationId, delivery: delivery.id, kind: delivery.kind, attempt: delivery.attempt };
    try {
      const sender = senders[delivery.channel];
      let externalId = delivery.attempt > 1 ? await sender.findSent(delivery) : undefined;
      if (externalId === undefined) {
        const kept = delivery.attempt > 1 ? await db.inTenant(delivery.tenantId, (tx) => keepDelivery(tx, delivery)) : delivery;
        if (!kept) {
          // Not ours to send any more: what comes behind it need not wait for the lease to run out.
          await db.inTenant(delivery.tenantId, (tx) => settleLater(tx, delivery, 0, 'a person was quicker', false));
          return;
        }
        externalId = await sender.send(kept);
      }
      await this.#settle(delivery, (tx) => settleSent(tx, delivery, externalId));
      metrics.deliveries.inc({ channel: delivery.channel, kind: delivery.kind, outcome: 'sent' });
      if (delivery.kind === 'message') metrics.deliverySeconds.observe((Date.now() - delivery.createdAt.getTime()) / 1_000);
      log.info(facts, 'sent');
    } catch (error) {
      // Without the database nothing can be settled; the lease runs out, and whoever comes next looks first.
      if (!(error instanceof SendFault) && isPassing(error)) throw error;
      const fault = error instanceof SendFault ? error : new SendFault('passing', `a fault of ours: ${(error as Error).message}`, { cause: error });
      await this.#settleFault(delivery, fault, facts);
    }
  }

  async #settleFault(delivery: TakenDelivery, fault: SendFault, facts: object): Promise<void> {
    const { log, metrics } = this.#parts;
    if (fault.kind === 'lost') {
      log.warn(facts, 'not sent: this process has held it for too long');
      return;
    }
    const isStale = delivery.kind === 'message' && Date.now() - delivery.createdAt.getTime() > STALE_MS;
    const isHopeless =
      fault.kind === 'refused' ||
      fault.kind === 'disconnected' ||
      (fault.kind === 'exhausted' && delivery.kind === 'message') ||
      (fault.kind === 'passing' && delivery.attempt >= ATTEMPTS_MAX);
    if (isStale || isHopeless) {
      const reason = isStale ? `could not be sent for half an hour: ${fault.message}` : fault.message;
      const tenant = await this.#parts.tenants.get(delivery.tenantId);
      const voice = this.#parts.voices[delivery.channel];
      // Where the channel does not know us any more, nobody there can be told either.
      const word =
        fault.kind === 'disconnected'
          ? []
          : voice.planNote(tenant, delivery, `The agent's answer could not be sent (${reason}). The visitor's last message is unanswered.`);
      await this.#settle(delivery, (tx) => settleDead(tx, delivery, reason, word, voice.quietMinutes(tenant, delivery)));
      metrics.deliveries.inc({ channel: delivery.channel, kind: delivery.kind, outcome: 'dead' });
      log.error({ ...facts, err: fault }, 'given up; see: netia events dead');
      return;
    }
    const waitMs = Math.max(fault.waitMs, Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** Math.max(0, delivery.attempt - 1)) * (0.5 + Math.random()));
    await this.#settle(delivery, (tx) => settleLater(tx, delivery, waitMs, fault.message, fault.kind === 'passing'));
    metrics.deliveries.inc({ channel: delivery.channel, kind: delivery.kind, outcome: fault.kind });
    log.warn({ ...facts, err: fault, wait_ms: Math.round(waitMs) }, 'not sent yet');
  }

  /** What was sent has to be written down, or it is looked up later: worth some patience with a database that is away. */
  async #settle(delivery: TakenDelivery, work: (tx: Transaction) => Promise<unknown>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#parts.db.inTenant(delivery.tenantId, work);
        return;
      } catch (error) {
        if (!isConnectionFailure(error) || attempt === SETTLE_TRIES) throw error;
        await pause(100 * 2 ** attempt);
      }
    }
  }
}
