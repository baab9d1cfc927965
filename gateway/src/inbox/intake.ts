import { createHash } from 'node:crypto';
import { type Database, isConnectionFailure, isPassing, type Transaction } from '@netia/db';
import type { ChannelVoice } from '../deliveries/channel-voice.ts';
import type { Delivering } from '../deliveries/delivering.ts';
import type { Live } from '../live/live.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Tenant } from '../tenants/settings.ts';
import { handoffText } from '../turn/handoff-text.ts';
import { type AcceptedEvent, type AcceptOptions, acceptEvent } from './accept-event.ts';
import type { Answering } from './answering.ts';
import { buryEvent } from './bury-event.ts';
import type { ChannelEvent } from './channel-event.ts';
import { type ReadAgain, replayDead } from './dead-events.ts';

export interface IntakeParts {
  db: Database;
  log: Log;
  metrics: Metrics;
  live: Live;
  answering: Answering;
  delivering: Delivering;
  voices: Record<'crisp' | 'tidio', ChannelVoice>;
  readAgain: ReadAgain;
}

/**
 * Events being taken in at the same time, from which on a process leaves the answering to the workers: the sender waits for
 * its acknowledgement four seconds at most and then sends again, which makes a rush worse, while an answer may come a little
 * later. (Measured with processes killed every two seconds at 250 events a second: 25 accepted a second without this rule.)
 */
const RUSH = 16;
/** Two transactions that waited for each other: one of them is simply made again. */
const TRIES = 3;

/** Takes in what webhooks bring: accepts it once, and begins what follows from it if there is room. */
export class Intake {
  readonly #parts: IntakeParts;
  #underWay = 0;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /**
   * When it returns, the event is safe and the sender may be told so. One that cannot be applied is kept as dead, with what
   * came and why, because sending it again would change nothing.
   * @param received what came, as parsed JSON.
   * @throws while the database is away; the sender tries again.
   */
  async take(tenant: Tenant, event: ChannelEvent, received: unknown): Promise<AcceptedEvent | 'buried'> {
    const { db, log, metrics, answering, delivering } = this.#parts;
    let accepted: AcceptedEvent;
    this.#underWay++;
    try {
      accepted = await this.#accept(tenant, event, this.#optionsFor(tenant, this.#parts.voices[event.channel], event.sessionId));
    } catch (error) {
      if (isPassing(error)) throw error;
      log.error({ tenant: tenant.id, event: event.key, err: error }, 'an event could not be applied; see: netia events dead');
      await db.inTenant(tenant.id, (tx) => buryEvent(tx, tenant.id, event, received, `could not be applied: ${(error as Error).message}`));
      metrics.webhooks.inc({ channel: event.channel, outcome: 'dead' });
      return 'buried';
    } finally {
      this.#underWay--;
    }
    metrics.webhooks.inc({ channel: event.channel, outcome: accepted.outcome });
    if (accepted.conversationId) this.#parts.live.signal(tenant.id, { type: 'changed', conversation_id: accepted.conversationId });
    if (accepted.conversationId && accepted.lease) answering.begin(tenant.id, accepted.conversationId, accepted.lease);
    if (accepted.conversationId && accepted.hasDeliveries) delivering.begin(tenant.id, accepted.conversationId);
    return accepted;
  }

  /**
   * Tries again what was given up, in the caller's transaction.
   * @returns what to begin once that is committed.
   */
  async replay(tx: Transaction, tenant: Tenant, id: string): Promise<{ kind: 'event' | 'delivery'; begin: () => void }> {
    const { readAgain, voices } = this.#parts;
    const { kind, accepted, conversationId } = await replayDead(tx, tenant, id, readAgain, (event) =>
      this.#optionsFor(tenant, voices[event.channel], event.sessionId),
    );
    return {
      kind,
      begin: () => {
        if (!conversationId) return;
        if (kind === 'delivery' || accepted?.hasDeliveries) this.#parts.delivering.begin(tenant.id, conversationId);
        if (accepted?.lease) this.#parts.answering.begin(tenant.id, conversationId, accepted.lease);
      },
    };
  }

  /** Keeps an authentic event that cannot be read. */
  async bury(tenant: Tenant, channel: ChannelEvent['channel'], received: unknown, reason: string): Promise<void> {
    const { db, log, metrics } = this.#parts;
    const key = `malformed:${createHash('sha256').update(JSON.stringify(received)).digest('hex')}`;
    await db.inTenant(tenant.id, (tx) => buryEvent(tx, tenant.id, { channel, key }, received, `not of the documented form: ${reason}`));
    metrics.webhooks.inc({ channel, outcome: 'dead' });
    log.warn({ tenant: tenant.id, channel, reason }, 'an event could not be read; see: netia events dead');
  }

  async #accept(tenant: Tenant, event: ChannelEvent, options: AcceptOptions): Promise<AcceptedEvent> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await acceptEvent(this.#parts.db, tenant.id, event, options);
      } catch (error) {
        if (!isPassing(error) || isConnectionFailure(error) || attempt === TRIES) throw error;
      }
    }
  }

  #optionsFor(tenant: Tenant, voice: ChannelVoice, sessionId: string): AcceptOptions {
    const { leads, widget } = tenant.settings;
    const quietMinutes = voice.quietMinutes(tenant, { sessionId, origin: null });
    return {
      quietMinutes,
      notice: {
        text: (locale) => handoffText(tenant.settings, new Date(), locale, widget.language),
        leadFields: leads.is_enabled ? leads.fields : [],
        quietMinutes,
      },
      planNotice: (where, notice) => voice.planNotice(tenant, where, notice),
      takesTurn: this.#underWay < RUSH && this.#parts.answering.hasRoomFor(tenant.id),
    };
  }
}
