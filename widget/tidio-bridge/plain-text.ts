import type { Citation } from '@netia/protocol';

/** Tidio's bubbles show Markdown's marks as they are. */
export function plainText(markdown: string): string {
  return markdown
    .replace(/!?\[([^\]]*)\]\((\S*?)\)/g, (_link, label: string, url: string) => (/^https?:/.test(url) && url !== label ? `${label} (${url})` : label))
    .replace(/^#+ +/gm, '')
    .replace(/(\*\*|__|`+)(.+?)\1/g, '$2')
    .replace(/(^|[^\w*])\*([^\s*][^*\n]*)\*(?![\w*])/g, '$1$2')
    .trim();
}

/** An answer with its sources below it. */
export function writeAnswer(text: string, citations: readonly Citation[]): string {
  const sources = citations.map(({ n, title, title_path, url }) => {
    const name = [...new Set([title, title_path.at(-1)])].filter(Boolean).join(' – ');
    return `[${n}] ${name}${url && /^https?:/.test(url) ? ` ${url}` : ''}`;
  });
  return [plainText(text), sources.join('\n')].filter(Boolean).join('\n\n');
}

/** What is left of a text when it has been through a chat: its letters and digits. */
export function bareWords(text: string): string {
  return text.replace(/<[^>]*>|&#?\w+;|[^\p{L}\p{N}]/gu, '');
}
