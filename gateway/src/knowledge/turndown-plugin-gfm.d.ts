declare module 'turndown-plugin-gfm' {
  import type TurndownService from 'turndown';

  /** Turns HTML tables into GitHub-flavoured Markdown tables. */
  export function tables(service: TurndownService): void;
}
