import type { EmbeddingConfig } from '../config.ts';
import { ModelFault } from './language-model.ts';
import { readVendorError } from './read-vendor-error.ts';

/** A model that turns texts into vectors, texts of like meaning into like ones. */
export interface EmbeddingModel {
  /**
   * Of each text the vector, in their order.
   * @param model its own unless a tenant's vectors were made with another one of the same server.
   * @throws {ModelFault}
   */
  embed(texts: string[], options: { model?: string | undefined; timeoutMs: number; signal?: AbortSignal | undefined }): Promise<number[][]>;
  /** As recorded with each vector: the vendor's name, and the number of dimensions where one was asked for. */
  model: string;
  /** Likeness (cosine) of a question to a text that has nothing to do with it, and to one that says just that. */
  scale: { unlike: number; alike: number };
}

/** Between the model's name and the dimensions asked for; a name may have such a mark of its own. */
const MARK = '@';
const NAME_AND_DIMENSIONS = new RegExp(`^(.+)${MARK}(\\d+)$`);

/** Any server that speaks OpenAI's embeddings. */
export function createEmbeddingModel(config: EmbeddingConfig): EmbeddingModel {
  const load = async () => {
    const { default: Client } = await import('openai');
    return new Client({
      apiKey: config.apiKey,
      baseURL: config.baseUrl ?? null,
      organization: null,
      project: null,
      maxRetries: 0,
      logLevel: 'off',
      fetchOptions: { redirect: 'error' },
    });
  };
  const client = load();
  const own = config.dimensions ? `${config.model}${MARK}${config.dimensions}` : config.model;
  return {
    model: own,
    scale: config.scale,
    async embed(texts, { model = own, timeoutMs, signal }) {
      const [, name = model, dimensions] = NAME_AND_DIMENSIONS.exec(model) ?? [];
      const clock = AbortSignal.timeout(timeoutMs);
      try {
        const { data } = await (await client).embeddings.create(
          { model: name, input: texts, encoding_format: 'float', ...(dimensions ? { dimensions: Number(dimensions) } : {}) },
          { signal: signal ? AbortSignal.any([clock, signal]) : clock },
        );
        const vectors = [...data].sort((a, b) => a.index - b.index).map(({ embedding }) => embedding);
        const length = vectors[0]?.length ?? 0;
        // A server that answers something else must not fill an index with it.
        const isWhole = vectors.length === texts.length && length > 0 && vectors.every((vector) => vector.length === length && vector.every(Number.isFinite));
        if (!isWhole) throw new ModelFault('broken_stream');
        return vectors;
      } catch (error) {
        throw readVendorError(error, clock.aborted);
      }
    },
  };
}
