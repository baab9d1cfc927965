import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

/** The figures of one process, in a registry of its own so that tests can hold several. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    turns: new Counter({ name: 'netia_turns_total', help: 'Answers given, by verdict and answerer', labelNames: ['verdict', 'answerer'], registers }),
    firstPartSeconds: new Histogram({
      name: 'netia_first_part_seconds',
      help: 'From message accepted to first sentence released',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    turnSeconds: new Histogram({
      name: 'netia_turn_seconds',
      help: 'From lease to recorded answer',
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 20, 60],
      registers,
    }),
    tokens: new Counter({ name: 'netia_model_tokens_total', help: 'Tokens, by direction and model', labelNames: ['direction', 'model'], registers }),
    modelCalls: new Counter({ name: 'netia_model_calls_total', help: 'Calls to a model, by outcome', labelNames: ['model', 'outcome'], registers }),
    breakerOpen: new Gauge({ name: 'netia_model_breaker_open', help: '1 while a model is left alone after repeated faults', labelNames: ['model'], registers }),
    sentences: new Counter({ name: 'netia_sentences_total', help: 'Sentences of models, released or dropped and why', labelNames: ['outcome'], registers }),
    errors: new Counter({ name: 'netia_errors_total', help: 'Error responses, by code', labelNames: ['code'], registers }),
    requestSeconds: new Histogram({
      name: 'netia_http_request_seconds',
      help: 'HTTP requests, by route and status',
      labelNames: ['route', 'status'],
      buckets: [0.005, 0.025, 0.1, 0.5, 2.5, 10],
      registers,
    }),
    openStreams: new Gauge({ name: 'netia_open_streams', help: 'Event streams open now', registers }),
    inboxWaiting: new Gauge({ name: 'netia_inbox_waiting', help: 'Messages accepted and not answered yet', registers }),
    inboxOldestSeconds: new Gauge({ name: 'netia_inbox_oldest_seconds', help: 'Age of the oldest of them', registers }),
    limited: new Counter({
      name: 'netia_limited_total',
      help: 'Messages refused or answered without a model because of a limit',
      labelNames: ['limit'],
      registers,
    }),
    budgetUsed: new Gauge({ name: 'netia_model_calls_budget_used_ratio', help: "Share of the installation's daily model calls used; alert at 0.8", registers }),
  };
}
