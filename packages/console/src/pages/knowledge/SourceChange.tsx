import type { ShownSource } from '@netia/protocol';
import { call } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { Fault, Field } from '../../parts/Form.tsx';
import { knowledge } from '../../texts/knowledge.ts';
import { t } from '../../texts/texts.ts';
import { Filing, readFiling } from './Filing.tsx';

const words = knowledge.source;

interface SourceChangeProps {
  source: ShownSource;
  categories: readonly string[];
  onChanged: () => Promise<void>;
}

/** How a source is called, how often and how far it is read, and where what it brings belongs. */
export function SourceChange({ source, categories, onChanged }: SourceChangeProps) {
  const { isBusy, fault, run } = useAction(async (form: HTMLFormElement) => {
    const fields = new FormData(form);
    const name = String(fields.get('name') ?? '').trim();
    const hours = String(fields.get('refresh_hours') ?? '');
    await call('PATCH', `/v1/admin/sources/${source.id}`, {
      ...(name && { name }),
      ...readFiling(fields),
      ...(fields.has('refresh_hours') && { refresh_hours: hours === '' ? null : Number(hours) }),
      ...(fields.has('max_pages') && { max_pages: Number(fields.get('max_pages')) }),
      ...(fields.has('max_depth') && { max_depth: Number(fields.get('max_depth')) }),
    });
    await onChanged();
  });
  const isOnTheWeb = source.kind !== 'file';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void run(event.currentTarget);
      }}
    >
      <div class="fields">
        <Field name="name" maxLength={500} dir="auto" defaultValue={source.name} label={t.common.name} />
        {isOnTheWeb && (
          <Field
            name="refresh_hours"
            type="number"
            min={1}
            max={8_760}
            defaultValue={source.refresh_hours ?? ''}
            label={words.every}
            unit={words.hours}
            hint={words.everyHint}
          />
        )}
        {isOnTheWeb && source.kind !== 'page' && (
          <Field name="max_pages" type="number" min={1} max={20_000} required defaultValue={source.max_pages} label={words.mostPages} />
        )}
        {source.kind === 'site' && (
          <Field name="max_depth" type="number" min={0} max={20} required defaultValue={source.max_depth} label={words.depth} hint={words.depthHint} />
        )}
      </div>
      <Filing of={source} categories={categories} />
      <Fault>{fault}</Fault>
      <button type="submit" class="main" aria-disabled={isBusy}>
        {words.saveAndRead}
      </button>
    </form>
  );
}
