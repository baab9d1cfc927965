import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..', '..');

export interface DocumentationPage {
  /** As in /guides/<name>. */
  name: string;
  markdown: string;
}

/**
 * The product's own documentation: README, ARCHITECTURE and the guides, with the links between them leading to where
 * the demo serves them.
 */
export function readDocumentation(publicUrl: string): DocumentationPage[] {
  const guides = join(ROOT, 'docs', 'guides');
  const files = [
    ...['README.md', 'ARCHITECTURE.md'].map((file) => ({ name: file.slice(0, -3).toLowerCase(), path: join(ROOT, file) })),
    ...(existsSync(guides) ? readdirSync(guides) : [])
      .filter((file) => file.endsWith('.md'))
      .sort()
      .map((file) => ({ name: file.slice(0, -3), path: join(guides, file) })),
  ];
  return files.filter(({ path }) => existsSync(path)).map(({ name, path }) => ({ name, markdown: withServedLinks(readFileSync(path, 'utf8'), publicUrl) }));
}

function withServedLinks(markdown: string, publicUrl: string): string {
  return markdown.replace(
    /\]\((?!\w+:)(?:[\w.-]*\/)*([\w-]+)\.md(#[\w-]*)?\)/g,
    (_link, name: string, anchor = '') => `](${publicUrl}/guides/${name.toLowerCase()}${anchor})`,
  );
}
