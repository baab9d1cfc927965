import { describe, expect, it } from 'vitest';
import { weighPassages } from '../../src/knowledge/weigh-passages.ts';
import { checkSentence } from '../../src/turn/checking/check-sentence.ts';
import { SCENES, type Scene } from '../support/planted-sentences.ts';

/** The passages of a scene in the order of the prompt, as a search would have brought them. */
function passagesOf(scene: Scene) {
  const { passages } = weighPassages({
    passages: scene.passages.map(({ title, body, url }, i) => ({
      chunk_id: `${scene.name}-${i}`,
      document_id: `${scene.name}-${i}`,
      knowledge_id: `${scene.name}-${i}`,
      version: 1,
      hash: '',
      title,
      title_path: [],
      url: url ?? null,
      body,
      span_start: 0,
      language: scene.language,
      as_of: new Date(0),
      score: 10,
      token_count: 10,
    })),
    words: [{ lexeme: 'any', weight: 1, idf: 1 }],
    typed: [],
    rarest: 1,
    average_length: 10,
    knowledge_version: '1',
  });
  return scene.passages.flatMap(({ title }) => passages.filter((passage) => passage.title === title));
}

const judged = SCENES.flatMap((scene) => {
  const passages = passagesOf(scene);
  const judge =
    (isPlanted: boolean) =>
    ([kind, cited, text, question]: Scene['planted' | 'supported'][number]) => {
      const { outcome } = checkSentence(text, [...cited], passages, question ?? scene.question);
      return { half: scene.half, isPlanted, kind, outcome, isRight: (outcome === 'released') !== isPlanted, says: `${scene.name}: ${text}` };
    };
  return [...scene.planted.map(judge(true)), ...scene.supported.map(judge(false))];
});

/** Which sentences of which kind were judged wrongly, one a line, for whoever has to find out why. */
function wrongOnes(sentences: typeof judged): string {
  const wrong = sentences.filter(({ isRight }) => !isRight);
  const kinds = [...new Set(wrong.map(({ kind }) => kind))].map((kind) => {
    const of = wrong.filter((sentence) => sentence.kind === kind);
    const all = sentences.filter((sentence) => sentence.kind === kind).length;
    return `${kind} (${of.length} of ${all}):\n${of.map(({ says, outcome }) => `    ${says} -> ${outcome}`).join('\n')}`;
  });
  return `${wrong.length} of ${sentences.length} judged wrongly\n${kinds.join('\n')}`;
}

describe('of planted and true sentences', () => {
  it('there are enough, over all kinds and languages', () => {
    expect(judged.filter(({ isPlanted }) => isPlanted).length).toBeGreaterThanOrEqual(200);
    expect(judged.filter(({ isPlanted }) => !isPlanted).length).toBeGreaterThanOrEqual(150);
  });

  it.each([
    ['development', true, 0.95],
    ['held-out', true, 0.95],
    ['development', false, 0.97],
    ['held-out', false, 0.97],
  ] as const)('%s, planted: %s, at least %d are judged rightly', (half, isPlanted, floor) => {
    const sentences = judged.filter((sentence) => sentence.half === half && sentence.isPlanted === isPlanted);
    expect(sentences.filter(({ isRight }) => isRight).length / sentences.length, wrongOnes(sentences)).toBeGreaterThanOrEqual(floor);
  });
});
