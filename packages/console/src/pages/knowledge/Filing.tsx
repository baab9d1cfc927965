import { useId } from 'preact/hooks';
import { Choice, Field } from '../../parts/Form.tsx';
import { namesIn } from '../../parts/names-in.ts';
import { knowledge } from '../../texts/knowledge.ts';
import { t } from '../../texts/texts.ts';

const words = knowledge.filing;

/** Where something belongs in the knowledge, and who may read it. */
export interface Filed {
  category: string | null;
  tags: string[];
  language: string | null;
  visibility: 'shared' | 'internal';
}

interface FilingProps {
  of?: Filed;
  /** Those that are there already, to choose from. */
  categories: readonly string[];
  /** Files bring none. */
  hasTags?: boolean;
}

/** The fields for it, out of the way of whoever wants none of it. */
export function Filing({ of, categories, hasTags = true }: FilingProps) {
  const id = useId();
  return (
    <details class="filing">
      <summary>{words.more}</summary>
      <div class="fields">
        <Field name="category" list={id} maxLength={100} dir="auto" defaultValue={of?.category ?? ''} label={knowledge.category} hint={words.categoryHint} />
        <datalist id={id}>
          {categories.map((category) => (
            <option key={category} value={category} />
          ))}
        </datalist>
        {hasTags && <Field name="tags" dir="auto" defaultValue={of?.tags.join(', ') ?? ''} label={words.tags} hint={words.tagsHint} />}
        <Field name="language" maxLength={3} defaultValue={of?.language ?? ''} label={t.common.language} hint={words.languageHint} />
        <Choice name="visibility" defaultValue={of?.visibility ?? 'shared'} label={words.visibility} options={VISIBILITIES} />
      </div>
    </details>
  );
}

const VISIBILITIES = (['shared', 'internal'] as const).map((name) => [name, words.visibilities[name]] as const);

/** What stands in the fields. */
export function readFiling(fields: FormData): Filed {
  const textOf = (name: string) => String(fields.get(name) ?? '').trim();
  return {
    category: textOf('category') || null,
    tags: namesIn(textOf('tags')),
    language: textOf('language').toLowerCase() || null,
    visibility: textOf('visibility') === 'internal' ? 'internal' : 'shared',
  };
}
