import type { AnswerPart, Citation, LeadField, TenantSettings, Verdict } from '@netia/protocol';
import type { SearchResult, WeightedText } from '../knowledge/search-knowledge.ts';
import type { AnswerMemory } from '../models/answer-memory.ts';
import type { AnswererChain } from '../models/language-model.ts';
import type { Intent, LeadFacts } from './find-lead.ts';

/** What a turn is given: the visitor's words that wait for an answer, and what was said before them. */
export interface TurnInput {
  seq: number;
  messageId: string;
  /** Messages that came while the last answer was being written are answered together, joined by line breaks. Empty: files only. */
  question: string;
  /** Oldest first, without the question. */
  history: HistoryTurn[];
  tenantName: string;
  settings: TenantSettings;
  /** The visitor's language as their browser says it. */
  locale: string | null;
  /** The page they are on, if the channel says. */
  pageUrl: string | null;
  /** Facts of the visitor that need not be asked for: given earlier in this conversation, or known to the channel. */
  knownFacts: LeadFacts;
  /** The form has been shown before; it is not shown twice. */
  leadRequested: boolean;
}

export interface HistoryTurn {
  role: 'visitor' | 'agent';
  text: string;
  /** When it was sent; absent or null where nobody says (the widget's messages). */
  at?: Date | null;
}

/** What a turn asks of the world. Everything that waits takes the signal. */
export interface TurnPorts {
  search(texts: WeightedText[]): Promise<SearchResult>;
  answerers: AnswererChain;
  /** Scores texts by how well each answers the question; undefined when that cannot be had now. Absent: the order of the search stands. */
  rerank?(question: string, texts: string[]): Promise<number[] | undefined>;
  /** The tenant's remembered answers; undefined: each question is answered anew. */
  memory: AnswerMemory | undefined;
  emit(part: AnswerPart): void;
  signal: AbortSignal;
}

export interface ModelUse {
  purpose: 'answer' | 'rewrite' | 'lead';
  model: string;
  tokensIn: number;
  tokensOut: number;
}

/** What a turn came to. The parts were emitted already; here is what has to be recorded. */
export interface TurnOutcome {
  verdict: Verdict;
  status: 'complete' | 'partial';
  content: string;
  parts: AnswerPart[];
  citations: Citation[];
  model: string;
  uses: ModelUse[];
  facts: LeadFacts;
  intent: Intent;
  wantsPerson: boolean;
  leadFields: LeadField[];
  receipt: Receipt;
}

/** How the answer came about, kept with it. */
export interface Receipt {
  question: string;
  /** Of the agent's own words in the answer, as ISO 639-1. */
  language: string;
  knowledge_version: string;
  confidence: number;
  threshold: number;
  /** `knowledge_id`, `version` and `hash` name the text as it was, for when it has changed. */
  passages: {
    chunk_id: string;
    document_id: string;
    knowledge_id: string;
    version: number;
    hash: string;
    bm25: number;
    /** Cosine; null where the search was by words alone. */
    similarity: number | null;
    rank: number;
    coverage: number;
  }[];
  is_reranked: boolean;
  /** Of the wording that a model was given. */
  prompt_version: number;
  answerer: string;
  /** Written for the same question before, under the same knowledge and settings; no model was asked. */
  remembered: boolean;
  /** Answerers that were tried before this one, and why they gave up. */
  passed_over: { answerer: string; reason: string }[];
  /** Each sentence a model wrote, in order, also of an attempt that nothing was left of. */
  sentences: { text: string; outcome: SentenceOutcome; citations: number[]; attempt: number }[];
  /** Two passages that say different things of the same: their numbers in `passages`, from 0, and what each says. */
  contradiction: { passages: [number, number]; said: [string, string] } | null;
  /** Of all calls of a model for this answer, those included that came to nothing. */
  tokens: { in: number; out: number };
  /** The same in millionths of a US dollar; null where a model's price is not known. */
  cost_micros: number | null;
  ms: { search: number; first_part: number | null; total: number };
}

export type SentenceOutcome =
  | 'released'
  | 'no_source'
  | 'unknown_source'
  | 'number_not_in_source'
  | 'link_not_in_source'
  | 'name_not_in_source'
  | 'words_not_in_source'
  | 'own_instructions';
