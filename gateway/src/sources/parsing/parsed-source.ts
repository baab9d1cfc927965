/** What may be asked of the parser process. Bytes cross as they are; nothing else of the source is told. */
export interface ParseRequest {
  /** html, as it is read from an address; the others are files too. */
  kind: SourceKind;
  bytes: Uint8Array;
  /** A file's name, or a page's address: what links are relative to. */
  name: string;
  /** The encoding of a text, as its server says. */
  charset?: string | undefined;
}

export type SourceKind = 'html' | 'markdown' | 'text' | 'pdf' | 'docx' | 'xlsx' | 'csv' | 'sitemap';

/** One text of a source, ready to be published. */
export interface ParsedText {
  /** faq: the title is the question and the content its answer. */
  format: 'faq' | 'markdown' | 'text';
  title: string;
  content: string;
  /** As the source itself says; undefined: to be detected. */
  language?: string | undefined;
}

/** Of a page: where it leads, and whether it wants to be read. */
export interface PageFacts {
  /** Absolute addresses in the order of the page. */
  links: string[];
  canonical: string | undefined;
  /** <meta name="robots"> */
  noindex: boolean;
  nofollow: boolean;
}

export interface ParsedSource {
  texts: ParsedText[];
  page?: PageFacts;
  /** Of a sitemap: pages, and further sitemaps. Undefined for what is none. */
  sitemap?: { pages: string[]; sitemaps: string[] };
}

/** Why a source cannot be read, in words for the tenant. */
export class UnreadableSource extends Error {
  override name = 'UnreadableSource';
}
