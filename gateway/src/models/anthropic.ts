import type { ModelConfig } from '../config.ts';
import { type LanguageModel, ModelFault, type Prompt, type TokenUse } from './language-model.ts';

/** Anthropic's messages API. The SDK is loaded only where it is wanted: it weighs 29 MB. */
export function createAnthropicModel(config: ModelConfig): LanguageModel {
  const load = async () => {
    const { default: Client } = await import('@anthropic-ai/sdk');
    return new Client({ apiKey: config.apiKey, baseURL: config.baseUrl ?? null, maxRetries: 0, logLevel: 'off', fetchOptions: { redirect: 'error' } });
  };
  // Begun now and awaited at the first call, so that no visitor waits for it.
  const client = load();
  return {
    name: 'anthropic',
    model: config.model,
    price: config.price,
    async *write(prompt: Prompt, signal: AbortSignal): AsyncGenerator<string, TokenUse> {
      const stream = await (await client).messages.create(
        { model: config.model, stream: true, max_tokens: prompt.tokensMax, system: prompt.system, messages: [{ role: 'user', content: prompt.user }] },
        { signal },
      );
      const use: TokenUse = { tokensIn: 0, tokensOut: 0 };
      let hasStopped = false;
      for await (const event of stream) {
        if (event.type === 'message_start') use.tokensIn = event.message.usage.input_tokens ?? 0;
        else if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') yield event.delta.text;
        else if (event.type === 'message_delta') use.tokensOut = event.usage.output_tokens ?? 0;
        else if (event.type === 'message_stop') hasStopped = true;
      }
      signal.throwIfAborted();
      // The SDK ends its loop in silence when the connection is cut, or when an HTML page came instead of a stream.
      if (!hasStopped) throw new ModelFault('broken_stream');
      return use;
    },
  };
}
