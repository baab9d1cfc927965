import type { ModelConfig } from '../config.ts';
import { type LanguageModel, ModelFault, type Prompt, type TokenUse } from './language-model.ts';

/** Any server that speaks OpenAI's chat completions. The SDK is loaded only where it is wanted: it weighs 36 MB. */
export function createOpenAiModel(config: ModelConfig): LanguageModel {
  // OpenAI's own models want the new name; servers that imitate the API mostly know the old one, and unlimited text costs money.
  const isOpenAi = config.baseUrl === undefined || new URL(config.baseUrl).hostname.endsWith('openai.com');
  const load = async () => {
    const { default: Client } = await import('openai');
    // Retries are ours (two layers of them multiply), and a redirect would carry the key elsewhere.
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
  // Begun now and awaited at the first call, so that no visitor waits for it.
  const client = load();
  return {
    name: 'openai',
    model: config.model,
    price: config.price,
    async *write(prompt: Prompt, signal: AbortSignal): AsyncGenerator<string, TokenUse> {
      const stream = await (await client).chat.completions.create(
        {
          model: config.model,
          stream: true,
          stream_options: { include_usage: true },
          ...(isOpenAi ? { max_completion_tokens: prompt.tokensMax } : { max_tokens: prompt.tokensMax }),
          messages: [
            { role: 'system', content: prompt.system },
            { role: 'user', content: prompt.user },
          ],
        },
        { signal },
      );
      let use: TokenUse = { tokensIn: 0, tokensOut: 0 };
      let hasFinished = false;
      for await (const chunk of stream) {
        // An OpenAI-compatible server may send events of its own without choices.
        const choice = chunk.choices?.[0];
        if (choice?.delta?.content) yield choice.delta.content;
        if (choice?.finish_reason) hasFinished = true;
        if (chunk.usage) use = { tokensIn: chunk.usage.prompt_tokens, tokensOut: chunk.usage.completion_tokens };
      }
      signal.throwIfAborted();
      // The SDK ends its loop in silence when the connection is cut, or when an HTML page came instead of a stream.
      if (!hasFinished) throw new ModelFault('broken_stream');
      return use;
    },
  };
}
