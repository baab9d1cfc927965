import { call } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { withScheme } from '../../api/with-scheme.ts';
import { Choice, Fault, Field, valuesOf } from '../../parts/Form.tsx';
import { knowledge as words } from '../../texts/knowledge.ts';
import { t } from '../../texts/texts.ts';

const KINDS = ['site', 'page', 'sitemap'] as const;

/** An address to be read: a page, a site, a sitemap. */
export function AddSite({ onAdded, address }: { onAdded: () => Promise<void>; address?: string | undefined }) {
  const { isBusy, fault, run } = useAction(async ({ url = '', kind }: Record<string, string>, form: HTMLFormElement) => {
    await call('POST', '/v1/admin/sources', { kind, url: withScheme(url) });
    form.reset();
    await onAdded();
  });
  return (
    <form class="card" onSubmit={(event) => run(valuesOf(event), event.currentTarget)}>
      <h2>{words.addSite.title}</h2>
      <Field label={words.addSite.address} name="url" inputMode="url" placeholder={t.common.exampleSite} required defaultValue={address ?? ''} />
      <Choice label={words.addSite.whatOfIt} name="kind" options={KINDS.map((kind) => [kind, words.addSite.kinds[kind]] as const)} />
      <Fault>{fault}</Fault>
      <button type="submit" class="main" aria-disabled={isBusy}>
        {words.addSite.read}
      </button>
    </form>
  );
}
