import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Database, isConnectionFailure } from '@netia/db';
import type { AnswerPart } from '@netia/protocol';
import { recordTurn, TurnRefused } from '../conversations/record-turn.ts';
import { type AnswersGiven, countAnswers, standDown } from '../conversations/stand-down.ts';
import { type ConversationChannel, dropTurn, LEASE_SECONDS, loadHistory, renewTurn, type TurnLease, takeTurn } from '../conversations/turn-lease.ts';
import type { ChannelVoice } from '../deliveries/channel-voice.ts';
import type { Delivering } from '../deliveries/delivering.ts';
import type { Embedder } from '../knowledge/embedder.ts';
import { searchKnowledge, type WeightedText } from '../knowledge/search-knowledge.ts';
import type { Live } from '../live/live.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { AnswerMemories } from '../models/answer-memory.ts';
import type { GuardedModels } from '../models/guarded-models.ts';
import type { LanguageModel } from '../models/language-model.ts';
import type { Reranker } from '../models/reranker.ts';
import { repeatedly } from '../repeatedly.ts';
import type { Limits } from '../tenants/limits.ts';
import type { Tenant, TenantDirectory } from '../tenants/settings.ts';
import { looksAutomatic } from '../turn/looks-automatic.ts';
import { runTurn } from '../turn/run-turn.ts';
import type { HistoryTurn, TurnOutcome } from '../turn/turn.ts';

export interface AnsweringParts {
  db: Database;
  log: Log;
  metrics: Metrics;
  tenants: TenantDirectory;
  live: Live;
  limits: Limits;
  models: readonly LanguageModel[];
  guard: GuardedModels;
  /** Undefined: nothing is remembered. */
  memories: AnswerMemories | undefined;
  /** Undefined: the search is by words alone. */
  embedder: Embedder | undefined;
  reranker: Reranker | undefined;
  delivering: Delivering;
  /** How answers are said in the chats that are not ours. */
  voices: Partial<Record<ConversationChannel, ChannelVoice>>;
  /** Answers of webhook channels that this process works on at the same time. Visitors of the widget are waiting here and are not counted. */
  turnsAtOnce: number;
}

/** Tries to record a finished answer while the database is away; the lease would run out soon after. */
const RECORD_TRIES = 5;
/** A message that nobody has taken for this long was left behind by a crash. */
const SWEEP_AFTER = '2 seconds';
const SWEEP_EVERY_MS = 2_000;
/** Answers in one conversation in a day; beyond it somebody should look. */
const ANSWERS_PER_DAY = 100;
/** An answer that is there sooner needs no "is typing". */
const TYPING_AFTER_MS = 700;
/** Of its turns at once, the share one tenant may take while others could want some. */
const TENANT_SHARE = 0.75;

/**
 * Answers conversations: the story of one turn from lease to record, and the sweep that finds what a crash left behind.
 *
 * A turn that dies anywhere leaves its messages pending and its lease to run out; the next worker answers them under a
 * new seq, and the old one, should it wake, can no longer record. The worse failure is two answers, so the commit and
 * not the stream is what counts.
 */
export class Answering {
  readonly #parts: AnsweringParts;
  readonly #running = new Set<Promise<void>>();
  readonly #runningByTenant = new Map<string, number>();
  readonly #stop = new AbortController();
  #endSweep = () => {};

  constructor(parts: AnsweringParts) {
    this.#parts = parts;
  }

  /** Starts on a lease and returns at once; the parts go to `live`. */
  begin(tenantId: string, conversationId: string, lease: TurnLease): void {
    const turn = this.#answerUntilQuiet(tenantId, conversationId, lease).catch((error) => {
      this.#parts.log.error({ tenant: tenantId, conversation: conversationId, err: error }, 'turn failed; its messages wait for the next try');
    });
    this.#running.add(turn);
    this.#runningByTenant.set(tenantId, (this.#runningByTenant.get(tenantId) ?? 0) + 1);
    turn
      .finally(() => {
        this.#running.delete(turn);
        const left = (this.#runningByTenant.get(tenantId) ?? 1) - 1;
        if (left > 0) this.#runningByTenant.set(tenantId, left);
        else this.#runningByTenant.delete(tenantId);
      })
      .catch(() => {});
  }

  /** Whether another turn of this tenant fits in now. What does not is left to the sweep, here or in a worker. */
  hasRoomFor(tenantId: string): boolean {
    const { turnsAtOnce } = this.#parts;
    return !this.#stop.signal.aborted && this.#running.size < turnsAtOnce && (this.#runningByTenant.get(tenantId) ?? 0) < Math.ceil(turnsAtOnce * TENANT_SHARE);
  }

  /** Looks every two seconds for conversations left behind. */
  startSweep(): void {
    this.#endSweep = repeatedly(SWEEP_EVERY_MS, this.#parts.log, () => this.sweepOnce());
  }

  /** Goes on as long as there is room and something waits. @returns how many turns it began. */
  async sweepOnce(): Promise<number> {
    let begun = 0;
    while (!this.#stop.signal.aborted) {
      const room = Math.max(1, this.#parts.turnsAtOnce) - this.#running.size;
      if (room <= 0) {
        await Promise.race(this.#running);
        continue;
      }
      const left = await this.#parts.db.inDirectory((tx) =>
        tx.rows<{ tenant_id: string; conversation_id: string }>('SELECT * FROM find_waiting_conversations($1, $2)', [SWEEP_AFTER, room]),
      );
      let taken = 0;
      for (const { tenant_id, conversation_id } of left) {
        const lease = await this.#parts.db.inTenant(tenant_id, (tx) => takeTurn(tx, tenant_id, conversation_id));
        if (!lease) continue;
        this.begin(tenant_id, conversation_id, lease);
        taken++;
      }
      begun += taken;
      if (left.length < room || taken === 0) return begun;
    }
    return begun;
  }

  /** Waits for the running answers, at most so long; then breaks them off, to be answered by another process. */
  async stop(withinMs: number): Promise<void> {
    this.#endSweep();
    await Promise.race([Promise.all(this.#running), pause(withinMs, undefined, { ref: false })]);
    this.#stop.abort();
    await Promise.race([Promise.all(this.#running), pause(2_000, undefined, { ref: false })]);
  }

  /** Messages that arrive while an answer is written are answered together by the next turn. */
  async #answerUntilQuiet(tenantId: string, conversationId: string, first: TurnLease): Promise<void> {
    for (let lease: TurnLease | undefined = first; lease && !this.#stop.signal.aborted; ) {
      await this.#answerOnce(tenantId, conversationId, lease);
      lease = await this.#parts.db.inTenant(tenantId, (tx) => takeTurn(tx, tenantId, conversationId));
    }
  }

  async #answerOnce(tenantId: string, conversationId: string, lease: TurnLease): Promise<void> {
    const { db, log, live, metrics } = this.#parts;
    const started = performance.now();
    const messageId = randomUUID();
    const ended = new AbortController();
    const signal = AbortSignal.any([ended.signal, this.#stop.signal]);
    let index = 0;
    let hasSpoken = false;
    // The end is published by us, after the commit: whoever sees an answer end may rely on its being stored.
    const held: AnswerPart[] = [];
    const emit = (part: AnswerPart) => {
      if (part.type === 'answer-end' || held.length > 0) held.push(part);
      else live.publish(tenantId, conversationId, { id: `${lease.seq}.${index++}`, part });
      if (part.type === 'answer-delta' && !hasSpoken) {
        hasSpoken = true;
        metrics.firstPartSeconds.observe((performance.now() - started) / 1_000);
      }
    };
    const renewal = setInterval(
      () => {
        db.inTenant(tenantId, (tx) => renewTurn(tx, tenantId, conversationId, lease.seq)).then(
          (isOurs) => {
            if (!isOurs) ended.abort(new TurnRefused());
          },
          (error) => log.warn({ tenant: tenantId, err: error }, 'the lease could not be renewed'),
        );
      },
      (LEASE_SECONDS * 1_000) / 3,
    );
    const voice = this.#parts.voices[lease.channel];
    const endTyping = voice ? this.#showTyping(tenantId, lease, voice) : () => {};
    try {
      const tenant = await this.#parts.tenants.get(tenantId);
      const { history, given } = await this.#loadPast(tenantId, conversationId, lease);
      const reason = voice && reasonToStandDown(history, lease, given, voice.answersPerHour(tenant, lease));
      if (voice && reason) return await this.#standDown(tenant, conversationId, lease, reason, voice);
      const written = await this.#run(tenant, lease, history, messageId, emit, signal);
      const outcome = { ...written, wantsPerson: written.wantsPerson || (voice?.leavesToPeople(lease, written) ?? false) };
      await this.#record(tenant, conversationId, lease, messageId, outcome, voice);
      if (voice) this.#parts.delivering.begin(tenantId, conversationId);
      for (const part of held) live.publish(tenantId, conversationId, { id: `${lease.seq}.${index++}`, part });
      metrics.turns.inc({ verdict: outcome.verdict, answerer: outcome.receipt.answerer });
      metrics.turnSeconds.observe((performance.now() - started) / 1_000);
      for (const sentence of outcome.receipt.sentences) metrics.sentences.inc({ outcome: sentence.outcome });
      for (const use of outcome.uses) {
        metrics.tokens.inc({ direction: 'in', model: use.model }, use.tokensIn);
        metrics.tokens.inc({ direction: 'out', model: use.model }, use.tokensOut);
      }
      log.info(
        {
          tenant: tenantId,
          conversation: conversationId,
          seq: lease.seq,
          verdict: outcome.verdict,
          answerer: outcome.receipt.answerer,
          confidence: Math.round(outcome.receipt.confidence * 100) / 100,
          ms: outcome.receipt.ms,
        },
        'answered',
      );
    } catch (error) {
      if (error instanceof TurnRefused) {
        log.info(
          { tenant: tenantId, conversation: conversationId, seq: lease.seq },
          'answer withdrawn: the conversation is in other hands, or reads differently now',
        );
        await this.#giveBack(tenantId, conversationId, lease, false);
        live.publish(tenantId, conversationId, { id: `${lease.seq}.${index++}`, part: { type: 'answer-end', verdict: 'failed', status: 'partial' } });
        return;
      }
      // What our own stop broke off has not failed.
      await this.#giveBack(tenantId, conversationId, lease, !this.#stop.signal.aborted);
      throw error;
    } finally {
      endTyping();
      clearInterval(renewal);
      live.forget(tenantId, conversationId);
    }
  }

  #loadPast(tenantId: string, conversationId: string, lease: TurnLease): Promise<{ history: HistoryTurn[]; given: AnswersGiven }> {
    const first = lease.waiting[0] ?? { seq: lease.seq, sentAt: null };
    return this.#parts.db.inTenant(tenantId, async (tx) => ({
      history: await loadHistory(tx, tenantId, conversationId, first),
      // In the widget visitors are limited one by one.
      given: this.#parts.voices[lease.channel] ? await countAnswers(tx, tenantId, conversationId) : { hour: 0, day: 0 },
    }));
  }

  /** Leaves the conversation to people: a note to them, no word to the visitor. */
  async #standDown(tenant: Tenant, conversationId: string, lease: TurnLease, reason: string, voice: ChannelVoice): Promise<void> {
    const { db, log, metrics, delivering } = this.#parts;
    const planned = voice.planNote(tenant, lease, `The agent has left this conversation: ${reason}. It stays silent until the case is closed or given back.`);
    await db.inTenant(tenant.id, (tx) => standDown(tx, tenant.id, conversationId, lease, reason, planned));
    metrics.loopsStopped.inc({ channel: lease.channel });
    log.warn({ tenant: tenant.id, conversation: conversationId, reason }, 'left to people');
    delivering.begin(tenant.id, conversationId);
  }

  /** Tells the visitor that an answer is being written, if it takes a while. @returns the function that ends it. */
  #showTyping(tenantId: string, lease: TurnLease, voice: ChannelVoice): () => void {
    const show = (isTyping: boolean) => {
      this.#parts.tenants
        .get(tenantId)
        .then((tenant) => voice.showTyping(tenant, lease, isTyping))
        .catch((error) => this.#parts.log.debug({ tenant: tenantId, err: error }, 'typing could not be shown'));
    };
    let isShown = false;
    const timer = setTimeout(() => {
      isShown = true;
      show(true);
    }, TYPING_AFTER_MS);
    return () => {
      clearTimeout(timer);
      if (isShown) show(false);
    };
  }

  async #run(
    tenant: Tenant,
    lease: TurnLease,
    history: HistoryTurn[],
    messageId: string,
    emit: (part: AnswerPart) => void,
    signal: AbortSignal,
  ): Promise<TurnOutcome> {
    const { db, limits, guard } = this.#parts;
    const tenantId = tenant.id;
    const models = tenant.settings.ai.answerers
      .slice(0, indexOrEnd(tenant.settings.ai.answerers, 'extractive'))
      .flatMap((name) => this.#parts.models.filter((model) => model.name === name));
    return runTurn(
      {
        seq: lease.seq,
        messageId,
        question: lease.waiting.map((message) => message.text).join('\n'),
        history,
        tenantName: tenant.name,
        settings: tenant.settings,
        locale: lease.locale,
        pageUrl: lease.pageUrl,
        knownFacts: { ...lease.knownFacts, ...lease.facts },
        leadRequested: lease.leadRequested,
      },
      {
        search: async (texts) => {
          const meaning = await this.#parts.embedder?.meaningOf(tenantId, inWords(texts));
          return db.inTenant(tenantId, (tx) => searchKnowledge(tx, tenantId, texts, { meaning, from: tenant.settings.ai.answer_from }));
        },
        ...(this.#parts.reranker ? { rerank: this.#parts.reranker.score } : {}),
        answerers: {
          models,
          open: (model, prompt, signalOfTurn) => guard.open(model, prompt, signalOfTurn, () => limits.spendModelCall(tenantId, tenant.settings.budget)),
        },
        memory: this.#parts.memories?.of(tenantId),
        emit,
        signal,
      },
    );
  }

  /** Tells the others that the conversation is free, so that they need not wait for the lease to run out. */
  async #giveBack(tenantId: string, conversationId: string, lease: TurnLease, hasFailed: boolean): Promise<void> {
    for (let attempt = 1; attempt <= RECORD_TRIES; attempt++) {
      try {
        await this.#parts.db.inTenant(tenantId, (tx) => dropTurn(tx, tenantId, conversationId, lease.seq, hasFailed));
        return;
      } catch (error) {
        this.#parts.log.debug({ tenant: tenantId, attempt, err: error }, 'the turn could not be given back');
        await pause(200 * 2 ** attempt);
      }
    }
  }

  /** The outcome of a commit whose connection broke is unknown: look for the answer before trying again. */
  async #record(
    tenant: Tenant,
    conversationId: string,
    lease: TurnLease,
    messageId: string,
    outcome: TurnOutcome,
    voice: ChannelVoice | undefined,
  ): Promise<void> {
    const { db } = this.#parts;
    const planned = voice?.planAnswer(tenant, lease, outcome) ?? [];
    for (let attempt = 1; ; attempt++) {
      try {
        await db.inTenant(tenant.id, async (tx) => {
          if (attempt > 1 && (await tx.row('SELECT FROM messages WHERE tenant_id = $1 AND id = $2', [tenant.id, messageId]))) return;
          await recordTurn(tx, tenant.id, conversationId, lease, messageId, outcome, planned, voice?.quietMinutes(tenant, lease) ?? null);
        });
        return;
      } catch (error) {
        if (!isConnectionFailure(error) || attempt === RECORD_TRIES) throw error;
        await pause(200 * 2 ** attempt);
      }
    }
  }
}

/** Why a channel's conversation is left to people: the other side looks like a program, or has had enough answers. */
function reasonToStandDown(history: HistoryTurn[], lease: TurnLease, given: AnswersGiven, perHour: number): string | undefined {
  if (looksAutomatic(history, lease.waiting)) return 'the other side looks like a program';
  if (given.hour >= perHour) return `this conversation has had ${perHour} answers in an hour`;
  return given.day >= ANSWERS_PER_DAY ? `this conversation has had ${ANSWERS_PER_DAY} answers in a day` : undefined;
}

/** Quoting the sources needs no model: what a tenant lists after it is never reached. */
function indexOrEnd<T>(list: readonly T[], item: T): number {
  const at = list.indexOf(item);
  return at === -1 ? list.length : at;
}

/** Of texts that are this weighty the meaning is asked for: the question, and of a follow-up what was asked before. */
const MEANT = 0.3;

/** What a search means as one text, the oldest first, as it was said. */
function inWords(texts: WeightedText[]): string {
  return texts
    .filter(({ weight }) => weight >= MEANT)
    .map(({ text }) => text)
    .reverse()
    .join('\n');
}
