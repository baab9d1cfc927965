import type { Transaction } from '@netia/db';
import { analyzeText, writtenWords } from './analyze-text.ts';
import type { TypedWord } from './compare-texts.ts';
import { detectLanguage, withoutQuestionWords } from './languages.ts';
import { slipsBetween } from './slips-between.ts';

/** A text to search with. Weight 1 is the question; earlier turns of the conversation weigh less. */
export interface WeightedText {
  text: string;
  weight: number;
}

/** One word looked for, in the form the index knows it. */
export interface QueryWord {
  lexeme: string;
  weight: number;
  /** Inverse document frequency among the tenant's passages; a word that none holds counts as the rarest there can be. */
  idf: number;
}

/** A passage that a search found, with all that a citation of it needs. */
export interface FoundPassage {
  chunk_id: string;
  document_id: string;
  /** The entry it is of, and which version of it: with these a receipt can be read again when the text has long changed. */
  knowledge_id: string;
  version: number;
  /** SHA-256 of `body`, in hexadecimal. */
  hash: string;
  title: string;
  title_path: string[];
  url: string | null;
  body: string;
  /** Where `body` begins in the document's text, in UTF-16 units. */
  span_start: number;
  language: string;
  /** When the text was last known to be what its source says. */
  as_of: Date;
  /** Words it was indexed with: those of its body, and three times those of its headings. */
  token_count: number;
  /** BM25, k1 = 1.2, b = 0.75. 0 for one that was found by its meaning alone. */
  score: number;
  /** Cosine of its vector and the question's. Absent where the search was by words alone, or it has no vector yet. */
  similarity?: number | undefined;
}

/** A word of the tenant's vocabulary. */
interface Term {
  lexeme: string;
  term_no: string;
  /** In how many passages it occurs. */
  document_frequency: number;
}

export interface SearchResult {
  passages: FoundPassage[];
  words: QueryWord[];
  /** The same words as they were typed. */
  typed: TypedWord[];
  /** The idf of a word that no passage has: the most a word can weigh here. */
  rarest: number;
  /** `token_count` of the tenant's passages, on average. */
  average_length: number;
  /** Of the model that gave `similarity`. */
  scale?: { unlike: number; alike: number } | undefined;
  /** Changes with every publication. */
  knowledge_version: string;
}

/** Which entries are searched: those of one of the categories, or with one of the tags. Both empty: all. */
export interface AnswerFrom {
  categories: string[];
  tags: string[];
}
const EVERYTHING: AnswerFrom = { categories: [], tags: [] };

/** A question as a vector, for tenants whose texts have vectors of the same model. */
export interface Meaning {
  model: string;
  vector: number[];
  /** As in EmbeddingModel. */
  scale: { unlike: number; alike: number };
}

/** Passages that a search brings to be read more closely. The right one is among them in 97 to 99 of 100. */
const CANDIDATES = 50;

/**
 * The tenant's passages that match best: by BM25 with the tenant's own document frequencies, one index range per word; and
 * by meaning, where the question's is given.
 */
export async function searchKnowledge(
  tx: Transaction,
  tenantId: string,
  texts: WeightedText[],
  { meaning, from = EVERYTHING }: { meaning?: Meaning | undefined; from?: AnswerFrom | undefined } = {},
): Promise<SearchResult> {
  const statistics = await tx.row<{ chunk_count: number; average_length: number; languages: string[]; version: string }>(
    'SELECT chunk_count::integer, token_count::float8 / greatest(chunk_count, 1) AS average_length, languages, version FROM knowledge_statistics WHERE tenant_id = $1',
    [tenantId],
  );
  if (!statistics || statistics.chunk_count === 0)
    return { passages: [], words: [], typed: [], rarest: 1, average_length: 1, knowledge_version: statistics?.version ?? '0' };
  const { weights, typed: surface } = weighLexemes(texts, statistics.languages);

  const terms = await tx.rows<Term>('SELECT lexeme, term_no, document_frequency FROM terms WHERE tenant_id = $1 AND lexeme = ANY($2)', [
    tenantId,
    [...weights.keys()],
  ]);
  const known = new Map(terms.map((term) => [term.lexeme, term]));
  await correctMistyped(tx, tenantId, weights, known, statistics.chunk_count);
  // A word of an earlier turn that nobody has written about is no part of what is asked now.
  const asked = [...weights].filter(([lexeme, weight]) => weight === 1 || known.has(lexeme));
  const words = asked.map(([lexeme, weight]) => ({
    lexeme,
    weight,
    idf: inverseFrequency(known.get(lexeme)?.document_frequency ?? 0, statistics.chunk_count),
  }));
  const found = words.filter((word) => known.has(word.lexeme));
  const rarest = inverseFrequency(0, statistics.chunk_count);
  const idfOf = new Map(words.map(({ lexeme, idf }) => [lexeme, idf]));
  const typed = [...surface].map(
    ([word, { lexeme, weight }]): TypedWord => ({ word, weight, idf: lexeme === null ? STOP_WORD_IDF : (idfOf.get(lexeme) ?? rarest) }),
  );

  const byWords = await findByWords(
    tx,
    tenantId,
    found.map(({ lexeme, weight, idf }) => ({ term: known.get(lexeme) as Term, weight: weight * idf })),
    statistics.average_length,
    from,
  );
  const passages = meaning ? await addByMeaning(tx, tenantId, byWords, meaning, { chunkCount: statistics.chunk_count, from }) : byWords;
  return {
    passages,
    words,
    typed: passages.length > 0 ? typed : [],
    rarest,
    average_length: statistics.average_length,
    scale: meaning?.scale,
    knowledge_version: statistics.version,
  };
}

/** What all ways of searching bring of a passage: `c` its chunk, `d` its document. */
const PASSAGE =
  "c.id AS chunk_id, c.document_id, d.knowledge_id, d.version, encode(sha256(convert_to(c.body, 'UTF8')), 'hex') AS hash, d.title, c.title_path, d.url, c.body, c.span_start, c.language, c.token_count, d.checked_at AS as_of";

function isPartly({ categories, tags }: AnswerFrom): boolean {
  return categories.length + tags.length > 0;
}

/** Joins a chunk `c` to what decides whether its entry is searched; the categories are parameter `first`, the tags the next. */
function partOf(first: number): string {
  return `JOIN documents pd ON pd.tenant_id = c.tenant_id AND pd.id = c.document_id
    JOIN knowledge_bases k ON k.tenant_id = pd.tenant_id AND k.id = pd.knowledge_id AND (k.category = ANY($${first}::text[]) OR k.tags && $${first + 1}::text[])`;
}

async function findByWords(tx: Transaction, tenantId: string, terms: WeighedTerm[], averageLength: number, from: AnswerFrom): Promise<FoundPassage[]> {
  if (terms.length === 0) return [];
  const { read, probed } = splitByFrequency(terms);
  return tx.rows<FoundPassage>(
    `WITH likely AS MATERIALIZED (
       SELECT p.chunk_no, sum(q.weight * p.frequency * 2.2 / (p.frequency + 1.2 * (0.25 + 0.75 * p.token_count / $4::float8))) AS score
       FROM unnest($2::bigint[], $3::float8[]) AS q(term_no, weight)
       JOIN postings p ON p.tenant_id = $1 AND p.term_no = q.term_no
       ${isPartly(from) ? `WHERE p.chunk_no IN (SELECT c.chunk_no FROM document_chunks c ${partOf(9)} WHERE c.tenant_id = $1)` : ''}
       GROUP BY p.chunk_no ORDER BY score DESC, p.chunk_no LIMIT $6
     ), best AS MATERIALIZED (
       SELECT l.chunk_no, l.score + coalesce((
         SELECT sum(q.weight * p.frequency * 2.2 / (p.frequency + 1.2 * (0.25 + 0.75 * p.token_count / $4::float8)))
         FROM unnest($7::bigint[], $8::float8[]) AS q(term_no, weight)
         JOIN postings p ON p.tenant_id = $1 AND p.term_no = q.term_no AND p.chunk_no = l.chunk_no), 0) AS score
       FROM likely l ORDER BY score DESC, l.chunk_no LIMIT $5
     )
     SELECT ${PASSAGE}, best.score
     FROM best JOIN document_chunks c ON c.chunk_no = best.chunk_no AND c.tenant_id = $1
     JOIN documents d ON d.tenant_id = c.tenant_id AND d.id = c.document_id
     WHERE d.visibility = 'shared'
     ORDER BY best.score DESC, c.chunk_no`,
    [
      tenantId,
      read.map(({ term }) => term.term_no),
      read.map(({ weight }) => weight),
      averageLength,
      CANDIDATES,
      probed.length > 0 ? LIKELY : CANDIDATES,
      probed.map(({ term }) => term.term_no),
      probed.map(({ weight }) => weight),
      ...(isPartly(from) ? [from.categories, from.tags] : []),
    ],
  );
}

/** Up to so many passages all vectors are compared; beyond, the signs of all and the vectors of the likeliest. */
const COMPARED_WHOLE = 2_000;
/** Passages whose signs are most like the question's. */
const LIKE_SIGNS = 400;

/**
 * Adds the passages that are nearest to the question in meaning, and says of all of them how near they are. There is no
 * approximate index: it would have to be searched across all tenants, and starve the small ones.
 */
async function addByMeaning(
  tx: Transaction,
  tenantId: string,
  found: FoundPassage[],
  meaning: Meaning,
  { chunkCount, from }: { chunkCount: number; from: AnswerFrom },
): Promise<FoundPassage[]> {
  const { model, vector } = meaning;
  const likely = chunkCount > COMPARED_WHOLE ? `ORDER BY v.signs <~> binary_quantize($3::vector)::varbit LIMIT ${LIKE_SIGNS}` : '';
  const near = await tx.rows<FoundPassage & { similarity: number }>(
    `WITH asked AS (SELECT $3::vector AS vector), likely AS MATERIALIZED (
       SELECT v.text_hash, v.embedding FROM chunk_vectors v
       WHERE v.tenant_id = $1 AND v.model = $2 AND v.dimensions = vector_dims($3::vector)
         ${isPartly(from) ? `AND v.text_hash IN (SELECT c.text_hash FROM document_chunks c ${partOf(6)} WHERE c.tenant_id = $1)` : ''}
       ${likely}
     ), near AS MATERIALIZED (
       SELECT likely.text_hash, 1 - (likely.embedding <=> asked.vector) AS similarity
       FROM asked, likely ORDER BY likely.embedding <=> asked.vector LIMIT $4
     ), named AS (
       SELECT c.text_hash, 1 - (v.embedding <=> asked.vector) AS similarity
       FROM asked, document_chunks c JOIN chunk_vectors v ON v.tenant_id = $1 AND v.model = $2 AND v.text_hash = c.text_hash
       WHERE c.tenant_id = $1 AND c.id = ANY($5::uuid[]) AND v.dimensions = vector_dims(asked.vector)
     )
     SELECT ${PASSAGE}, 0::float8 AS score, n.similarity
     FROM (SELECT * FROM near UNION SELECT * FROM named) n
     JOIN document_chunks c ON c.tenant_id = $1 AND c.text_hash = n.text_hash
     JOIN documents d ON d.tenant_id = c.tenant_id AND d.id = c.document_id
     ${isPartly(from) ? partOf(6) : ''}
     WHERE d.visibility = 'shared'
     ORDER BY n.similarity DESC, c.chunk_no`,
    [tenantId, model, JSON.stringify(vector), CANDIDATES, found.map((passage) => passage.chunk_id), ...(isPartly(from) ? [from.categories, from.tags] : [])],
  );
  const similarity = new Map(near.map((passage) => [passage.chunk_id, passage.similarity]));
  const known = new Set(found.map((passage) => passage.chunk_id));
  return [...found.map((passage) => ({ ...passage, similarity: similarity.get(passage.chunk_id) })), ...near.filter(({ chunk_id }) => !known.has(chunk_id))];
}

/** Postings that one search reads from end to end; about 10 ms on a server. */
const POSTINGS_READ = 20_000;
/** Passages in which the words that were not read are looked up. */
const LIKELY = 400;

interface WeighedTerm {
  term: Term;
  weight: number;
}

/**
 * In a large collection a common word stands in tens of thousands of passages and tells next to nothing. The rarest words
 * are read from end to end, and the others looked up in the passages that these have found. Up to some thousand passages
 * all words are read, and the result is exact.
 */
function splitByFrequency(terms: WeighedTerm[]): { read: WeighedTerm[]; probed: WeighedTerm[] } {
  const byFrequency = [...terms].sort((a, b) => a.term.document_frequency - b.term.document_frequency);
  let postings = 0;
  let read = 0;
  for (const { term } of byFrequency) {
    postings += term.document_frequency;
    if (read > 0 && postings > POSTINGS_READ) break;
    read++;
  }
  return { read: byFrequency.slice(0, read), probed: byFrequency.slice(read) };
}

/** Share of the question's weight that may be unknown before a word that is merely similar is taken for it. */
const UNKNOWN_MAX = 0.4;
/** A word of at least so many letters may have two slips in it. */
const LONG_WORD = 8;

/**
 * Puts a word of the tenant's vocabulary in the place of one it does not have, where a slip of the finger may have made the
 * one of the other; and the most similar one, when so much of the question is unknown that a search could not answer anyway.
 * Looks through the vocabulary (5 ms at 10,000 words), for words that nobody has written only.
 */
async function correctMistyped(tx: Transaction, tenantId: string, weights: Map<string, number>, known: Map<string, Term>, chunkCount: number): Promise<void> {
  const weigh = (lexeme: string) => (weights.get(lexeme) ?? 0) * inverseFrequency(known.get(lexeme)?.document_frequency ?? 0, chunkCount);
  const lexemes = [...weights.keys()];
  const unknown = lexemes.filter((lexeme) => !known.has(lexeme) && weights.get(lexeme) === 1 && /^\p{L}{4,}$/u.test(lexeme));
  if (unknown.length === 0) return;
  const sum = (some: string[]) => some.reduce((total, lexeme) => total + weigh(lexeme), 0);
  const isLost = sum(unknown) >= UNKNOWN_MAX * sum(lexemes);
  const similar = await tx.rows<Term & { mistyped: string; similarity: number }>(
    `SELECT u.mistyped, t.* FROM unnest($2::text[]) AS u(mistyped)
     CROSS JOIN LATERAL (
       SELECT lexeme, term_no, document_frequency, similarity(lexeme, u.mistyped) AS similarity FROM terms
       WHERE tenant_id = $1 AND abs(length(lexeme) - length(u.mistyped)) <= 2 AND similarity(lexeme, u.mistyped) >= 0.2
       ORDER BY similarity DESC, document_frequency DESC, lexeme LIMIT 20
     ) t`,
    [tenantId, unknown],
  );
  for (const mistyped of unknown) {
    const words = similar.filter((word) => word.mistyped === mistyped).map((word) => ({ ...word, slips: slipsBetween(word.lexeme, mistyped) }));
    const nearest = words.reduce<(typeof words)[number] | undefined>((best, word) => (best && best.slips <= word.slips ? best : word), undefined);
    const most = mistyped.length >= LONG_WORD ? 2 : 1;
    const meant = nearest && nearest.slips <= most ? nearest : isLost ? words.find(({ similarity }) => similarity >= 0.35) : undefined;
    if (!meant) continue;
    weights.delete(mistyped);
    weights.set(meant.lexeme, 1);
    known.set(meant.lexeme, meant);
  }
}

/** What a stop word counts in a comparison by letters: next to nothing, but "with" and "without" are not the same question. */
const STOP_WORD_IDF = 0.2;

interface Surface {
  /** Null for a stop word. */
  lexeme: string | null;
  weight: number;
}

/** Each lexeme and each word as typed with its highest weight. Read in the language of the text, as far as the tenant has written in it. */
function weighLexemes(texts: WeightedText[], languages: string[]): { weights: Map<string, number>; typed: Map<string, Surface> } {
  const weights = new Map<string, number>();
  const typed = new Map<string, Surface>();
  for (const { text, weight } of texts) {
    const detected = detectLanguage(text, languages[0]);
    const language = languages.includes(detected) ? detected : (languages[0] ?? detected);
    const asked = withoutQuestionWords(text, language);
    const lexemes = analyzeText(asked, language);
    // "How do you do" is all stop words; better those than nothing.
    for (const lexeme of lexemes.length > 0 ? lexemes : analyzeText(asked, 'none')) {
      weights.set(lexeme, Math.max(weight, weights.get(lexeme) ?? 0));
    }
    for (const word of writtenWords(asked)) {
      const known = typed.get(word);
      if (!known || known.weight < weight) typed.set(word, { lexeme: lexemeOf(word, language), weight });
    }
  }
  return { weights, typed };
}

/** Of a pair of characters the pair, not its first. */
function lexemeOf(word: string, language: string): string | null {
  const lexemes = analyzeText(word, language);
  return lexemes.includes(word) ? word : (lexemes[0] ?? null);
}

/** Passages a small collection is taken to have besides: in one of five, a word's frequency says next to nothing of its weight. */
const PRIOR_PASSAGES = 20;

/** BM25's idf in the form that is never negative. */
function inverseFrequency(documentFrequency: number, chunkCount: number): number {
  return Math.log(1 + (chunkCount + PRIOR_PASSAGES - documentFrequency + 0.5) / (documentFrequency + 0.5));
}
