import type { AnswerPart, Citation } from '@netia/protocol';
import { plainText } from '../knowledge/plain-text.ts';
import type { WeighedPassage } from '../knowledge/weigh-passages.ts';

/** A passage and the stretch of its body that bears a sentence. */
export interface Support {
  passage: WeighedPassage;
  start: number;
  end: number;
}

const QUOTE_LENGTH_MAX = 320;

/**
 * Puts an answer together part by part: what is emitted, what is stored and what the visitor sees are one and the same
 * sequence, so they cannot differ.
 */
export class AnswerWriter {
  readonly parts: AnswerPart[] = [];
  readonly citations: Citation[] = [];
  content = '';
  firstPartAt: number | null = null;
  readonly #emit: (part: AnswerPart) => void;

  constructor(emit: (part: AnswerPart) => void) {
    this.#emit = emit;
  }

  put(part: AnswerPart): void {
    this.parts.push(part);
    this.#emit(part);
  }

  /** Shows a stretch of text with the sources it rests on, announcing each source before its first use. */
  say(text: string, supports: Support[] = []): number[] {
    const numbers = supports.map((support) => this.#cite(support));
    this.firstPartAt ??= performance.now();
    this.content += text;
    this.put({ type: 'answer-delta', text, citations: numbers });
    return numbers;
  }

  /** Begins a new paragraph, unless nothing has been said yet. */
  get paragraph(): string {
    return this.content === '' ? '' : '\n\n';
  }

  #cite({ passage, start, end }: Support): number {
    const known = this.citations.find((citation) => citation.chunk_id === passage.chunk_id);
    if (known) return known.n;
    const citation: Citation = {
      n: this.citations.length + 1,
      title: passage.title || passage.title_path[0] || '',
      title_path: passage.title_path,
      url: passage.url,
      quote: shorten(plainText(passage.body.slice(start, end))),
      document_id: passage.document_id,
      chunk_id: passage.chunk_id,
      span: { start: passage.span_start + start, end: passage.span_start + end },
      as_of: passage.as_of.toISOString(),
    };
    this.citations.push(citation);
    this.put({ type: 'citation', citation });
    return citation.n;
  }
}

function shorten(text: string): string {
  if (text.length <= QUOTE_LENGTH_MAX) return text;
  return `${text.slice(0, QUOTE_LENGTH_MAX).replace(/\s+\S*$/, '')} …`;
}
