import { type ESTree, parseSync } from 'vite';

/** Attributes, the browser's and our own parts', whose strings a person sees or hears. */
const SHOWN = new Set(['aria-label', 'aria-description', 'placeholder', 'title', 'alt', 'label', 'hint', 'done', 'legend', 'answer', 'children']);
/** Attributes that are for the browser alone, and hold several words. */
const SILENT = new Set(['class', 'rel', 'viewBox']);
/** What these are given first is shown: by the browser, or as what went wrong. */
const SAYS = new Set(['confirm', 'alert', 'prompt', 'Error', 'Notification']);

const LETTER = /\p{L}/u;
/** Two words, or one that begins as a sentence does. Elsewhere a string is mostly a path, a code or a key. */
const LIKE_WORDS = /\p{L}[,.:;]? +\p{L}|(?<!\p{L})\p{Lu}\p{Ll}/u;

export interface Found {
  line: number;
  words: string;
}

/**
 * The words for people that stand in a source itself, where no language but its own can have them. A string that is shown
 * needs a letter for that; any other one must read as words do, so that a table of names is found as well.
 */
export function wordsIn(file: string, source: string): Found[] {
  const { program, errors } = parseSync(file, source);
  if (errors[0]) throw new Error(`${file}: ${errors[0].message}`);
  const found: Found[] = [];
  const judge = (text: string, start: number, isWords: RegExp) => {
    const words = text.trim();
    if (isWords.test(words)) found.push({ line: source.slice(0, start + text.indexOf(words)).split('\n').length, words });
  };

  /** @param isShown whether a person sees or hears what this comes to. */
  const look = (node: ESTree.Node, isShown: boolean): void => {
    switch (node.type) {
      case 'JSXText':
        judge(node.value, node.start, LETTER);
        break;
      case 'Literal':
        if (typeof node.value === 'string') judge(node.value, node.start, isShown ? LETTER : LIKE_WORDS);
        break;
      case 'TemplateElement':
        judge(node.value.raw, node.start, isShown ? LETTER : LIKE_WORDS);
        break;
      case 'JSXAttribute': {
        const name = node.name.type === 'JSXIdentifier' ? node.name.name : '';
        if (node.value && !SILENT.has(name)) look(node.value, SHOWN.has(name));
        break;
      }
      case 'JSXElement':
      case 'JSXFragment':
        if (node.type === 'JSXElement') look(node.openingElement, false);
        for (const child of node.children) look(child, true);
        break;
      case 'CallExpression':
      case 'NewExpression': {
        look(node.callee, false);
        const isSaid = node.callee.type === 'Identifier' && SAYS.has(node.callee.name);
        for (const [i, given] of node.arguments.entries()) look(given, (isSaid && i === 0) || (isShown && given.type === 'ArrowFunctionExpression'));
        break;
      }
      case 'ConditionalExpression':
        look(node.test, false);
        look(node.consequent, isShown);
        look(node.alternate, isShown);
        break;
      case 'LogicalExpression':
        look(node.left, isShown && node.operator !== '&&');
        look(node.right, isShown);
        break;
      case 'BinaryExpression':
        // What is compared is a code.
        if (node.operator === '+') lookInside(node, isShown);
        break;
      case 'MemberExpression':
        look(node.object, isShown);
        break;
      case 'Property':
        look(node.value, isShown);
        break;
      case 'VariableDeclaration':
      case 'ExpressionStatement':
        lookInside(node, false);
        break;
      case 'ImportDeclaration':
      case 'ImportExpression':
        break;
      default:
        // A type says nothing; what is said to be of one may.
        if (!node.type.startsWith('TS') || node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression') lookInside(node, isShown);
    }
  };
  const lookInside = (node: ESTree.Node, isShown: boolean) => {
    for (const value of Object.values(node).flat()) if (isNode(value)) look(value, isShown);
  };
  look(program, false);
  return found;
}

const isNode = (value: unknown): value is ESTree.Node => typeof value === 'object' && value !== null && 'type' in value;
