import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { connect, migrate, openDoors } from '@netia/db';
import type { AiSettings, AnswerPart } from '@netia/protocol';
import { SingleBar } from 'cli-progress';
import { z } from 'zod';
import { addKnowledge } from '../knowledge/publish-knowledge.ts';
import { searchKnowledge } from '../knowledge/search-knowledge.ts';
import { weighPassages } from '../knowledge/weigh-passages.ts';
import { provisionTenant } from '../tenants/provision-tenant.ts';
import { quoteSources } from '../turn/quote-sources.ts';
import { THRESHOLDS } from '../turn/run-turn.ts';
import type { HistoryTurn } from '../turn/turn.ts';
import { leansOnHistory, weighConversation } from '../turn/understand-question.ts';
import { AnswerWriter } from '../turn/write-answer.ts';
import { print } from './with-database.ts';

const documentSchema = z.object({ id: z.string(), title: z.string().default(''), text: z.string(), page: z.string().optional() });
const querySchema = z.object({
  id: z.string(),
  text: z.string(),
  history: z.array(z.object({ role: z.string().optional(), speaker: z.string().optional(), text: z.string() })).optional(),
});

const RESULTS = 10;

/**
 * Writes a run file for the scorer of the retrieval sets: the corpus indexed one document to one passage, every query
 * through the search, evidence and quoting that visitors get, on an embedded database made for this run.
 */
export async function evalRetrieval(options: { corpus: string; queries: string; out: string; quotes?: AiSettings['quotes'] }): Promise<void> {
  const connection = await connect({});
  try {
    await migrate(connection.pool);
    const db = openDoors(connection);
    const { id: tenantId } = await provisionTenant(db, { slug: 'eval', name: 'Evaluation', email: 'eval@netia.invalid' });
    const bar = new SingleBar({ format: '{what} |{bar}| {value}/{total}', hideCursor: true });

    const documents = await readLines(options.corpus, documentSchema);
    const names = new Map<string, string>();
    bar.start(documents.length, 0, { what: 'indexing' });
    for (const document of documents) {
      // A FAQ entry is the one kind that is never cut: one document, one passage, as the sets count.
      const title = [document.page, document.title].filter(Boolean).join(' — ') || '—';
      const entry = await db.inTenant(tenantId, (tx) => addKnowledge(tx, tenantId, { format: 'faq', title, content: document.text }));
      names.set(entry.id, document.id);
      bar.increment();
    }
    bar.stop();
    const byDocument = new Map(
      (
        await db.inTenant(tenantId, (tx) =>
          tx.rows<{ id: string; knowledge_id: string }>('SELECT id, knowledge_id FROM documents WHERE tenant_id = $1', [tenantId]),
        )
      ).map((row) => [row.id, names.get(row.knowledge_id)]),
    );

    const queries = await readLines(options.queries, querySchema);
    const out = createWriteStream(options.out);
    bar.start(queries.length, 0, { what: 'asking  ' });
    for (const query of queries) {
      const history = (query.history ?? []).map(
        (turn): HistoryTurn => ({ role: (turn.role ?? turn.speaker) === 'user' ? 'visitor' : 'agent', text: turn.text }),
      );
      const started = performance.now();
      const result = await db.inTenant(tenantId, (tx) =>
        searchKnowledge(tx, tenantId, weighConversation(query.text, leansOnHistory(query.text) ? history : [])),
      );
      const evidence = weighPassages(result);
      const ms = performance.now() - started;
      const writer = new AnswerWriter((_part: AnswerPart) => {});
      quoteSources(writer, evidence, options.quotes);
      out.write(
        `${JSON.stringify({
          query_id: query.id,
          results: evidence.passages.slice(0, RESULTS).map((passage) => ({ id: byDocument.get(passage.document_id), score: passage.rank })),
          answer: writer.content,
          abstained: evidence.confidence < THRESHOLDS.balanced,
          confidence: evidence.confidence,
          ms,
        })}\n`,
      );
      bar.increment();
    }
    bar.stop();
    await new Promise<void>((resolve, reject) => out.end((error?: Error | null) => (error ? reject(error) : resolve())));
    print(`Wrote ${queries.length} results to ${options.out}.`);
  } finally {
    await connection.close();
  }
}

async function readLines<T>(file: string, schema: z.ZodType<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) if (line.trim()) items.push(schema.parse(JSON.parse(line)));
  return items;
}
