import { randomUUID } from 'node:crypto';
import type { AnswerPart } from '@netia/protocol';
import { readConfig } from '../config.ts';
import { assemble } from '../deps.ts';
import { acceptMessage } from '../inbox/accept-message.ts';
import { createLog } from '../log.ts';
import { findTenantBySlug, print } from './with-database.ts';

/** Asks through the same stations as a visitor: accepted, leased, answered, recorded (as a conversation of channel cli). */
export async function ask(question: string, options: { tenant: string; json?: boolean }): Promise<void> {
  const config = readConfig(process.env);
  const deps = await assemble(config, createLog(process.env['LOG_LEVEL'] ? config.logLevel : 'warn'));
  try {
    const { id: tenantId } = await findTenantBySlug(deps.db, options.tenant);
    const conversation = await deps.db.inTenant(tenantId, (tx) =>
      tx.row<{ id: string }>("INSERT INTO conversations (tenant_id, session_id, channel) VALUES ($1, $2, 'cli') RETURNING id", [tenantId, randomUUID()]),
    );
    if (!conversation) throw new Error('the inserted conversation did not come back');
    const accepted = await acceptMessage(deps.db, { tenantId, conversationId: conversation.id, channel: 'cli', externalId: randomUUID(), text: question });
    if (!accepted.lease) throw new Error('a new conversation could not be leased');
    const ended = Promise.withResolvers<void>();
    const endLive = await deps.live.subscribe(tenantId, conversation.id, ({ part }) => {
      if (!options.json) process.stdout.write(asText(part));
      if (part.type === 'answer-end') ended.resolve();
    });
    deps.answering.begin(tenantId, conversation.id, accepted.lease);
    await ended.promise;
    endLive();
    if (options.json) {
      const answer = await deps.db.inTenant(tenantId, (tx) =>
        tx.row(
          `SELECT id AS message_id, content AS answer, citations, verdict, status, model, tokens_in, tokens_out, metadata->'receipt' AS receipt FROM messages WHERE tenant_id = $1 AND conversation_id = $2 AND sender_type = 'ai'`,
          [tenantId, conversation.id],
        ),
      );
      print(JSON.stringify(answer, null, 2));
    }
  } finally {
    await deps.answering.stop(5_000);
    await deps.close();
  }
}

const sources: string[] = [];

function asText(part: AnswerPart | { type: 'message' }): string {
  switch (part.type) {
    case 'answer-delta':
      return `${part.text}${part.citations.map((n) => ` [${n}]`).join('')}`;
    case 'citation':
      sources.push(
        `[${part.citation.n}] ${[part.citation.title, ...part.citation.title_path].filter(Boolean).join(' > ')}${part.citation.url ? `  ${part.citation.url}` : ''}`,
      );
      return '';
    case 'answer-end':
      return `\n\n${sources.map((source) => `${source}\n`).join('')}(${part.verdict})\n`;
    default:
      return '';
  }
}
