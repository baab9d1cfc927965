import { type Logger, pino } from 'pino';

export type Log = Logger;

/**
 * The process's log: JSON lines on standard output. Secrets are cut out wherever an object carries one; texts of
 * messages are never logged at all.
 */
export function createLog(level: string, destination?: { write(line: string): void }): Log {
  const options = {
    level,
    base: null,
    redact: {
      paths: [
        '*.authorization',
        '*.apiKey',
        '*.api_key',
        '*.token',
        '*.password',
        '*.secret',
        '*.headers',
        '*.request',
        '*.response',
        'authorization',
        'token',
      ],
      censor: '[cut]',
    },
    serializers: { err: describeError },
  };
  return destination ? pino(options, destination) : pino(options);
}

/**
 * An error as the log shows it: name, code, message, stack and its cause. Not the object itself, because the errors of
 * HTTP clients carry the whole request, with the key in its headers and the visitor's words in its body.
 */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, status } = error as { code?: unknown; status?: unknown };
  return {
    name: error.name,
    message: withoutSecrets(error.message),
    ...(code === undefined ? {} : { code }),
    ...(status === undefined ? {} : { status }),
    stack: withoutSecrets(error.stack?.split('\n').slice(1, 8).join('\n') ?? ''),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

/** Providers repeat the key in their refusals ("Incorrect API key provided: sk-…"), drivers the URL with its password. */
function withoutSecrets(text: string): string {
  return text
    .replace(/\b(sk|nk|xox[a-z]|ghp)[-_][\w*.-]{6,}/g, '$1-[cut]')
    .replace(/(:\/\/[^:/\s]*:)[^@\s]+@/g, '$1[cut]@')
    .replace(/\bBearer\s+\S+/gi, 'Bearer [cut]');
}
