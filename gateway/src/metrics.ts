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
    inboxDead: new Gauge({ name: 'netia_inbox_dead', help: 'Events given up and not replayed yet', registers }),
    deliveriesWaiting: new Gauge({ name: 'netia_deliveries_waiting', help: 'Deliveries to channels not sent yet', registers }),
    deliveriesOldestSeconds: new Gauge({ name: 'netia_deliveries_oldest_seconds', help: 'Age of the oldest of them', registers }),
    deliveriesDead: new Gauge({ name: 'netia_deliveries_dead', help: 'Deliveries given up and not replayed yet', registers }),
    deliveries: new Counter({
      name: 'netia_deliveries_total',
      help: 'Tries to send to a channel, by kind and outcome',
      labelNames: ['channel', 'kind', 'outcome'],
      registers,
    }),
    deliverySeconds: new Histogram({
      name: 'netia_delivery_seconds',
      help: 'From answer recorded to message sent to the channel',
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60, 300, 1_800],
      registers,
    }),
    webhooks: new Counter({
      name: 'netia_webhooks_total',
      help: 'Webhook events, by channel and what became of them',
      labelNames: ['channel', 'outcome'],
      registers,
    }),
    tenantCalls: new Counter({
      name: 'netia_tenant_calls_total',
      help: "Calls to tenants' own systems (outgoing webhooks), by outcome",
      labelNames: ['outcome'],
      registers,
    }),
    mails: new Counter({ name: 'netia_mails_total', help: 'Mails handed to the mail server, by kind and outcome', labelNames: ['kind', 'outcome'], registers }),
    channelCalls: new Counter({
      name: 'netia_channel_calls_total',
      help: 'Calls to a channel, by call and outcome',
      labelNames: ['channel', 'call', 'outcome'],
      registers,
    }),
    channelQuotaUsed: new Gauge({
      name: 'netia_channel_quota_used_ratio',
      help: "Share of the day's calls to a channel used; alert at 0.8",
      labelNames: ['channel'],
      registers,
    }),
    loopsStopped: new Counter({
      name: 'netia_loops_stopped_total',
      help: 'Conversations in which the other side looked like a program',
      labelNames: ['channel'],
      registers,
    }),
    limited: new Counter({
      name: 'netia_limited_total',
      help: 'Messages refused or answered without a model because of a limit',
      labelNames: ['limit'],
      registers,
    }),
    budgetUsed: new Gauge({ name: 'netia_model_calls_budget_used_ratio', help: "Share of the installation's daily model calls used; alert at 0.8", registers }),
  };
}
