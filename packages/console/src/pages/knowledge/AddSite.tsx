import { call } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { withScheme } from '../../api/with-scheme.ts';
import { Choice, Fault, Field } from '../../parts/Form.tsx';
import { knowledge as words } from '../../texts/knowledge.ts';
import { t } from '../../texts/texts.ts';
import { Filing, readFiling } from './Filing.tsx';

const KINDS = ['site', 'page', 'sitemap'] as const;

interface AddSiteProps {
  onAdded: () => Promise<void>;
  address?: string | undefined;
  categories?: readonly string[];
}

/** An address to be read: a page, a site, a sitemap. */
export function AddSite({ onAdded, address, categories = [] }: AddSiteProps) {
  const { isBusy, fault, run } = useAction(async (form: HTMLFormElement) => {
    const fields = new FormData(form);
    await call('POST', '/v1/admin/sources', { kind: fields.get('kind'), url: withScheme(String(fields.get('url'))), ...readFiling(fields) });
    form.reset();
    await onAdded();
  });
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        void run(event.currentTarget);
      }}
    >
      <h2>{words.addSite.title}</h2>
      <Field label={words.addSite.address} name="url" inputMode="url" placeholder={t.common.exampleSite} required defaultValue={address ?? ''} />
      <Choice label={words.addSite.whatOfIt} name="kind" options={KINDS.map((kind) => [kind, words.addSite.kinds[kind]] as const)} />
      <Filing categories={categories} />
      <Fault>{fault}</Fault>
      <button type="submit" class="main" aria-disabled={isBusy}>
        {words.addSite.read}
      </button>
    </form>
  );
}
