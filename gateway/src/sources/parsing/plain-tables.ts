import { parseHTML } from 'linkedom';

/** A cell that spans more than this spans everything. */
const SPAN_MAX = 50;
/** What is wider is no table that anybody reads. */
const COLUMNS_MAX = 100;
/** What begins a line of its own; within a cell a space has to do. */
const BLOCKS = 'p, div, ul, ol, li, dl, dt, dd, br, section, article, blockquote, pre, hr';

type TableElement = ReturnType<ReturnType<typeof parseHTML>['document']['createElement']>;

/**
 * Tables as Markdown can hold them: one head, rows of equal length, cells of one line. Two columns without a head are
 * names with values and become a list; a table that only puts things side by side is undone.
 */
export function withPlainTables(html: string): string {
  if (!/<table[\s>]/i.test(html)) return html;
  const { document } = parseHTML(`<!doctype html><html><head></head><body>${html}</body></html>`);
  // From the inside: what held a table was a frame around it.
  for (const table of [...document.querySelectorAll('table')].reverse()) table.outerHTML = plain(table as unknown as TableElement);
  return document.body.innerHTML;
}

function plain(table: TableElement): string {
  const rows = rowsOf(table);
  const width = Math.max(0, ...rows.map((row) => row.length));
  const isFrame = rows.length < 2 || width < 2 || table.querySelector('h1, h2, h3, h4, h5, h6, table, form, article, [data-plain]') !== null;
  if (isFrame)
    return `<div data-plain="">${cellsOf(table)
      .map((cell) => `<div>${cell.innerHTML}</div>`)
      .join('')}</div>`;
  const [first] = rowElements(table);
  const hasHead = first?.parentElement?.localName === 'thead' || [...(first?.children ?? [])].every((cell) => cell.localName === 'th');
  const filled = rows.filter((row) => row.some((cell) => cell !== ''));
  if (width === 2 && !hasHead) return `<ul>${filled.map((row) => `<li>${row.filter(Boolean).join(': ')}</li>`).join('')}</ul>`;
  const line = (row: string[], name: string) => `<tr>${Array.from({ length: width }, (_, i) => `<${name}>${row[i] ?? ''}</${name}>`).join('')}</tr>`;
  const [head = [], ...body] = filled;
  return `<table><thead>${line(head, 'th')}</thead><tbody>${body.map((row) => line(row, 'td')).join('')}</tbody></table>`;
}

function rowElements(table: TableElement): TableElement[] {
  return [...table.querySelectorAll('tr')] as unknown as TableElement[];
}

function cellsOf(table: TableElement): TableElement[] {
  return [...table.querySelectorAll('td, th, caption')] as unknown as TableElement[];
}

/** The cells as they are seen: one that spans several stands in each of them. */
function rowsOf(table: TableElement): string[][] {
  const below = new Map<number, { left: number; text: string }>();
  return rowElements(table).map((row) => {
    const cells: string[] = [];
    const fillFromAbove = () => {
      for (let above = below.get(cells.length); above && above.left > 0 && cells.length < COLUMNS_MAX; above = below.get(cells.length)) {
        above.left--;
        cells.push(above.text);
      }
    };
    for (const cell of row.children as unknown as TableElement[]) {
      if (cell.localName !== 'td' && cell.localName !== 'th') continue;
      fillFromAbove();
      const text = inline(cell);
      for (let span = spanOf(cell, 'colspan'); span > 0 && cells.length < COLUMNS_MAX; span--) {
        below.set(cells.length, { left: spanOf(cell, 'rowspan') - 1, text });
        cells.push(text);
      }
    }
    fillFromAbove();
    return cells;
  });
}

function spanOf(cell: TableElement, name: string): number {
  return Math.min(SPAN_MAX, Math.max(1, Number.parseInt(cell.getAttribute(name) ?? '1', 10) || 1));
}

function inline(cell: TableElement): string {
  for (const block of [...cell.querySelectorAll(BLOCKS)].reverse()) {
    block.after(' ');
    block.replaceWith(' ', ...block.childNodes);
  }
  // A bar would end the cell.
  return cell.innerHTML.replace(/\s+/g, ' ').replaceAll('|', '/').trim();
}
