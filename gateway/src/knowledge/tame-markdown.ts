/** Quotes and lists in each other, on one line. */
const CONTAINERS_MAX = 20;
/** Marks in one paragraph that might open or close something; each is compared with those before it. */
const MARKS_MAX = 1_000;

const CONTAINERS = /^(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t])))*/;
const FENCE = /^[ \t]*(?:`{3,}|~{3,})/;
const MARKS = /[*_`~[\]<!&\\]/g;
/** Deeper than anybody indents: a list in a list in a list. */
const INDENT_MAX = 60;

/** Each line may be a block of its own, and a block takes about a tenth of a millisecond; rows of tables are cheap. */
export const LINES_MAX = 20_000;

/** Whether it would take seconds to parse, however tame. */
export const hasTooManyLines = (text: string): boolean => (text.match(/^(?![ \t]*\|).*\S/gm)?.length ?? 0) > LINES_MAX;

/**
 * The text with what would make a Markdown parser work for minutes blanked out, everything else in its place: what is
 * cut by it is cut from the text as it is. Forty kilobytes of ">" took 90 seconds, and what parses also serves. Text that
 * people write comes back as it is.
 */
export function tameMarkdown(markdown: string): string {
  let paragraph: string[] = [];
  let marks = 0;
  const tamed: string[] = [];
  const endParagraph = () => {
    tamed.push(...(marks > MARKS_MAX ? paragraph.map(withoutMarks) : paragraph));
    paragraph = [];
    marks = 0;
  };
  for (const line of markdown.split('\n')) {
    const shallow = shallowLine(line);
    marks += shallow.match(MARKS)?.length ?? 0;
    paragraph.push(shallow);
    if (line.trim() === '') endParagraph();
  }
  endParagraph();
  return tamed.join('\n');
}

function shallowLine(line: string): string {
  const indent = /^[ \t]*/.exec(line)?.[0].length ?? 0;
  const unindented = indent > INDENT_MAX ? `${line.slice(0, INDENT_MAX)}${'x'.repeat(indent - INDENT_MAX)}${line.slice(indent)}` : line;
  const lead = CONTAINERS.exec(unindented)?.[0] ?? '';
  let containers = 0;
  const shallow = lead.replace(/>|[-+*]|\d+[.)]/g, (mark) => (++containers > CONTAINERS_MAX ? ' '.repeat(mark.length) : mark));
  return shallow + unindented.slice(lead.length);
}

/** What begins a line makes lists, quotes and code of it, and stays. */
function withoutMarks(line: string): string {
  const lead = FENCE.exec(line)?.[0] ?? CONTAINERS.exec(line)?.[0] ?? '';
  return lead + line.slice(lead.length).replace(MARKS, ' ');
}
