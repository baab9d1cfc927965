import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database, Transaction } from '@netia/db';
import { CircuitState, ConsecutiveBreaker, circuitBreaker, handleAll } from 'cockatiel';
import { LRUCache } from 'lru-cache';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { EmbeddingModel } from '../models/embedding-model.ts';
import { ModelFault } from '../models/language-model.ts';
import { repeatedly } from '../repeatedly.ts';
import type { Limits } from '../tenants/limits.ts';
import type { TenantDirectory } from '../tenants/settings.ts';
import {
  finishEmbedding,
  forgetVectors,
  hashTexts,
  keepLonger,
  listUnembedded,
  postponeEmbedding,
  searchedModel,
  storeVectors,
  switchModel,
  takeToEmbed,
} from './chunk-vectors.ts';
import type { Meaning } from './search-knowledge.ts';

export interface EmbedderParts {
  db: Database;
  log: Log;
  metrics: Metrics;
  limits: Limits;
  tenants: TenantDirectory;
  model: EmbeddingModel;
}

const SWEEP_EVERY_MS = 2_000;
/** Tenants that one sweep takes up, one after another. */
const TENANTS_A_SWEEP = 8;
/** Passages or vectors that one statement touches: well under a second. */
const PIECE = 2_000;
/** Texts in one call. Passages have about 120 tokens, and vendors take 2,048 texts and 300,000 tokens. */
const BATCH = 96;
const BATCH_MS = 30_000;
/** Characters that any model takes. */
const SHORT = 300;
const BATCH_TRIES = 3;
/** A visitor waits for this one; without it the words alone are searched. */
const QUESTION_MS = 2_500;
const QUESTIONS_KEPT = 1_000;
const QUESTIONS_KEPT_MS = 3_600_000;
/** After a fault that does not pass by itself, or with the day's budget spent, a tenant waits so long, in seconds. */
const POSTPONED_S = { fault: 60, budget: 3_600 };
/** As vendors count: about four characters a token. */
const CHARACTERS_PER_TOKEN = 4;

/**
 * Gives the knowledge its vectors, in the background, and questions theirs. Whatever fails here, the search by words goes on.
 */
export class Embedder {
  readonly #parts: EmbedderParts;
  readonly #questions = new LRUCache<string, number[]>({ max: QUESTIONS_KEPT, ttl: QUESTIONS_KEPT_MS });
  readonly #breaker = circuitBreaker(handleAll, { halfOpenAfter: 15_000, breaker: new ConsecutiveBreaker(3) });
  readonly #stop = new AbortController();
  #endSweep = () => {};
  #sweeping: Promise<void> = Promise.resolve();

  constructor(parts: EmbedderParts) {
    this.#parts = parts;
    this.#breaker.onStateChange((state) => parts.metrics.breakerOpen.set({ model: parts.model.model }, state === CircuitState.Closed ? 0 : 1));
  }

  startSweep(): void {
    this.#endSweep = repeatedly(SWEEP_EVERY_MS, this.#parts.log, () => {
      this.#sweeping = this.sweepOnce();
      return this.#sweeping;
    });
  }

  /** Embeds what tenants have published since, as far as the model and their budgets go. */
  async sweepOnce(): Promise<void> {
    const { db, log, model } = this.#parts;
    const due = await db.inDirectory((tx) => tx.rows<{ tenant_id: string }>('SELECT * FROM find_tenants_to_embed($1, $2)', [model.model, TENANTS_A_SWEEP]));
    for (const { tenant_id } of due) {
      if (this.#stop.signal.aborted) return;
      await this.#embedTenant(tenant_id).catch(async (error: unknown) => {
        if (this.#stop.signal.aborted) return;
        log.warn({ tenant: tenant_id, model: model.model, err: error }, 'knowledge could not be embedded; it is tried again');
        await db.inTenant(tenant_id, (tx) => postponeEmbedding(tx, tenant_id, POSTPONED_S.fault));
      });
    }
  }

  async stop(): Promise<void> {
    this.#endSweep();
    this.#stop.abort();
    await this.#sweeping.catch(() => {});
  }

  /**
   * What a question means, for the tenant's vectors. Undefined where the tenant has none yet, its day's budget for embedding is
   * spent, or the model does not answer in time.
   */
  async meaningOf(tenantId: string, question: string): Promise<Meaning | undefined> {
    const { db, log, model, limits, tenants } = this.#parts;
    // The tenant's, which may still be the one before.
    const searched = await db.inTenant(tenantId, (tx) => searchedModel(tx, tenantId));
    if (searched === null) return undefined;
    // Nothing of a tenant's is where another's is looked for; and of a visitor's words no more is kept than their hash.
    const key = `${tenantId}\n${searched}\n${createHash('sha256').update(question).digest('base64')}`;
    const known = this.#questions.get(key);
    if (known) return { model: searched, vector: known, scale: model.scale };
    try {
      const { budget } = (await tenants.get(tenantId)).settings;
      if (!(await limits.spendEmbedding(tenantId, tokensOf([question]), budget))) {
        log.info({ tenant: tenantId }, "the day's budget for embedding is spent; a question's words alone are searched");
        return undefined;
      }
      const [vector] = await this.#breaker.execute(() => model.embed([question], { model: searched, timeoutMs: QUESTION_MS, signal: this.#stop.signal }));
      if (!vector) return undefined;
      this.#questions.set(key, vector);
      return { model: searched, vector, scale: model.scale };
    } catch (error) {
      log.warn({ tenant: tenantId, model: searched, err: error }, 'a question could not be embedded; its words alone are searched');
      return undefined;
    }
  }

  async #embedTenant(tenantId: string): Promise<void> {
    const { db, log, metrics, model, limits, tenants } = this.#parts;
    const pass = await db.inTenant(tenantId, (tx) => takeToEmbed(tx, tenantId, model.model));
    if (!pass) return;
    await this.#untilNone(tenantId, (tx) => hashTexts(tx, tenantId, PIECE));
    let after = '0';
    let stored = 0;
    for (;;) {
      if (this.#stop.signal.aborted) return;
      const batch = await db.inTenant(tenantId, (tx) => listUnembedded(tx, tenantId, model.model, after, BATCH));
      if (batch.length === 0) break;
      const texts = [...new Map(batch.map((text) => [text.hash.toString('hex'), text])).values()];
      const tokens = tokensOf(texts.map(({ text }) => text));
      const { budget } = (await tenants.get(tenantId)).settings;
      if (!(await limits.spendEmbedding(tenantId, tokens, budget))) {
        log.warn({ tenant: tenantId }, "the day's budget for embedding is spent; what is new is found by its words until tomorrow");
        await db.inTenant(tenantId, (tx) => postponeEmbedding(tx, tenantId, POSTPONED_S.budget));
        return;
      }
      const vectors = await this.#embedAsTaken(texts.map(({ text }) => text));
      metrics.tokens.inc({ direction: 'in', model: model.model }, tokens);
      await db.inTenant(tenantId, (tx) =>
        storeVectors(
          tx,
          tenantId,
          model.model,
          texts.map(({ hash }, i) => ({ hash, vector: vectors[i] ?? [] })),
        ),
      );
      stored += texts.length;
      after = batch.at(-1)?.chunk_no ?? after;
    }
    await db.inTenant(tenantId, (tx) => switchModel(tx, tenantId, model.model));
    await this.#untilNone(tenantId, (tx) => forgetVectors(tx, tenantId, model.model, PIECE));
    if (this.#stop.signal.aborted) return;
    await db.inTenant(tenantId, (tx) => finishEmbedding(tx, tenantId, pass));
    if (stored > 0) log.info({ tenant: tenantId, model: model.model, texts: stored }, 'knowledge embedded');
  }

  /** Does a work of many rows piece by piece, a transaction each, so that none is long. Returns before its end only when stopped. */
  async #untilNone(tenantId: string, piece: (tx: Transaction) => Promise<number>): Promise<void> {
    const { db } = this.#parts;
    while (!this.#stop.signal.aborted && (await db.inTenant(tenantId, piece)) > 0) await db.inTenant(tenantId, (tx) => keepLonger(tx, tenantId));
  }

  /**
   * What the model takes of texts. One that it refuses, because a script has a token for each letter or a small model takes
   * few, must not keep all the others from being found: it is looked for by halves, and its beginning stands for it. What
   * refuses even a short text is set up wrongly.
   */
  async #embedAsTaken(texts: string[]): Promise<number[][]> {
    try {
      return await this.#embedBatch(texts);
    } catch (error) {
      const [text = ''] = texts;
      if (!(error instanceof ModelFault) || error.kind !== 'refused' || (texts.length === 1 && text.length <= SHORT)) throw error;
      if (texts.length === 1) return this.#embedAsTaken([text.slice(0, text.length / 2)]);
      const middle = Math.ceil(texts.length / 2);
      return [...(await this.#embedAsTaken(texts.slice(0, middle))), ...(await this.#embedAsTaken(texts.slice(middle)))];
    }
  }

  /** With a second and a third try for what passes by itself. */
  async #embedBatch(texts: string[]): Promise<number[][]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#parts.model.embed(texts, { timeoutMs: BATCH_MS, signal: this.#stop.signal });
      } catch (error) {
        if (!(error instanceof ModelFault) || !error.isPassing || attempt === BATCH_TRIES) throw error;
        await pause(error.retryAfterMs ?? 1_000 * 2 ** attempt * (0.5 + Math.random()), undefined, { signal: this.#stop.signal });
      }
    }
  }
}

function tokensOf(texts: string[]): number {
  return Math.ceil(texts.reduce((sum, text) => sum + text.length, 0) / CHARACTERS_PER_TOKEN);
}
