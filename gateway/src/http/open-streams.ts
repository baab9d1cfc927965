import type { Metrics } from '../metrics.ts';

/** The event streams of this process, so that a stop can end those that would never end by themselves. */
export class OpenStreams {
  readonly #ends = new Set<() => void>();
  readonly #metrics: Metrics;
  #isStopping = false;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  /** Whether new streams should be refused: the process is on its way out. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** @param end ends the stream so that its client comes back to another process. @returns to be called when it has ended. */
  add(end: () => void): () => void {
    this.#ends.add(end);
    this.#metrics.openStreams.inc();
    return () => {
      if (this.#ends.delete(end)) this.#metrics.openStreams.dec();
    };
  }

  /** From now on the process takes no new work: /readyz says so, and messages are sent elsewhere. */
  refuseNew(): void {
    this.#isStopping = true;
  }

  endAll(): void {
    this.#isStopping = true;
    for (const end of [...this.#ends]) end();
  }
}
