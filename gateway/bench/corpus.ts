/** Texts for benchmarks: the same for the same seed, with the word frequencies of written English. */

export interface BenchDocument {
  title: string;
  /** Markdown, one chunk to a section. */
  content: string;
  /** One question per section, made of words of one of its sentences, as common or rare as they are there. */
  questions: string[];
}

const FUNCTION_WORDS = 'the of and to a in is for on with as by at from or be are an not can will has after before under into than when'.split(' ');
const ONSETS = ['b', 'br', 'c', 'cl', 'd', 'dr', 'f', 'fl', 'g', 'gr', 'h', 'j', 'l', 'm', 'n', 'p', 'pl', 'r', 's', 'st', 't', 'tr', 'v', 'w'];
const VOWELS = ['a', 'e', 'i', 'o', 'u', 'ai', 'ea', 'oo'];
const CODAS = ['n', 'r', 'l', 't', 'm', 'ck', 'nd', 'st', 'p', 'x'];

const VOCABULARY = 30_000;
/** Zipf and Mandelbrot's law, shifted: the commonest content word stands in about half of all passages, as in a manual. */
const SHIFT = 10;
const SECTION_LENGTH = 820;

/** Mulberry32: small, fast, and the same everywhere. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const pick = <T>(random: () => number, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

/** The vocabulary, commonest first, and the running sum of the words' weights. One for all corpora: neighbours share their words. */
const vocabulary = (() => {
  const random = seededRandom(7);
  const words = new Set<string>();
  while (words.size < VOCABULARY) {
    let word = '';
    for (let syllables = 2 + Math.floor(random() * 2); syllables > 0; syllables--) word += pick(random, ONSETS) + pick(random, VOWELS);
    word += pick(random, CODAS);
    if (word.length >= 5) words.add(word);
  }
  let sum = 0;
  const sums = Array.from({ length: VOCABULARY }, (_, rank) => {
    sum += 1 / (rank + 1 + SHIFT);
    return sum;
  });
  return { words: [...words], sums, sum };
})();

function contentWord(random: () => number): string {
  const wanted = random() * vocabulary.sum;
  let low = 0;
  let high = VOCABULARY - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((vocabulary.sums[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return vocabulary.words[low] as string;
}

const capitalise = (word: string) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;

function makeSentence(random: () => number): { text: string; content: string[] } {
  const content: string[] = [];
  const words: string[] = [];
  for (let left = 9 + Math.floor(random() * 10); left > 0; left--) {
    // A sentence opens with content.
    if (random() < 0.45 && words.length > 0) words.push(pick(random, FUNCTION_WORDS));
    else if (random() < 0.03) words.push(String(2 + Math.floor(random() * 400)));
    else {
      const word = contentWord(random);
      content.push(word);
      words.push(word);
    }
  }
  return { text: `${capitalise(words.join(' '))}.`, content };
}

/** Asks for what one sentence says. */
function makeQuestion(random: () => number, sentences: string[][]): string {
  const rich = sentences.map((content) => [...new Set(content)]).filter((content) => content.length >= 5);
  const words = pick(random, rich);
  for (let i = words.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [words[i], words[j]] = [words[j] as string, words[i] as string];
  }
  return `Does the ${words[0]} ${words[1]} need a ${words[2]} for the ${words[3]} and ${words[4]}?`;
}

/** Documents until there are that many chunks. */
export function* makeDocuments(options: { seed: number; chunks: number; chunksPerDocument?: number }): Generator<BenchDocument> {
  const random = seededRandom(options.seed);
  const perDocument = options.chunksPerDocument ?? 20;
  for (let made = 0; made < options.chunks; ) {
    const title = [contentWord(random), contentWord(random)].map(capitalise).join(' ');
    const sections: string[] = [];
    const questions: string[] = [];
    for (; sections.length < perDocument && made < options.chunks; made++) {
      const sentences: { text: string; content: string[] }[] = [];
      for (let length = 0; length < SECTION_LENGTH - 120; ) {
        const sentence = makeSentence(random);
        sentences.push(sentence);
        length += sentence.text.length + 1;
      }
      const half = Math.ceil(sentences.length / 2);
      const paragraph = (from: number, to: number) =>
        sentences
          .slice(from, to)
          .map(({ text }) => text)
          .join(' ');
      sections.push(`## ${capitalise(contentWord(random))} ${contentWord(random)}\n\n${paragraph(0, half)}\n\n${paragraph(half, sentences.length)}`);
      questions.push(
        makeQuestion(
          random,
          sentences.map(({ content }) => content),
        ),
      );
    }
    yield { title, content: `# ${title}\n\n${sections.join('\n\n')}\n`, questions };
  }
}
