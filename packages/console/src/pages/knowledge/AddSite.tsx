import { call } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { withScheme } from '../../api/with-scheme.ts';
import { Choice, Fault, Field, valuesOf } from '../../parts/Form.tsx';

/** An address to be read: a page, a site, a sitemap. */
export function AddSite({ onAdded, address }: { onAdded: () => Promise<void>; address?: string | undefined }) {
  const { isBusy, fault, run } = useAction(async ({ url = '', kind }: Record<string, string>, form: HTMLFormElement) => {
    await call('POST', '/v1/admin/sources', { kind, url: withScheme(url) });
    form.reset();
    await onAdded();
  });
  return (
    <form class="card" onSubmit={(event) => run(valuesOf(event), event.currentTarget)}>
      <h2>Read a website</h2>
      <Field label="Address" name="url" inputMode="url" placeholder="shop.example" required defaultValue={address ?? ''} />
      <Choice
        label="What of it"
        name="kind"
        options={[
          ['site', 'This page and all below it'],
          ['page', 'This page only'],
          ['sitemap', 'All that this sitemap names'],
        ]}
      />
      <Fault>{fault}</Fault>
      <button type="submit" class="main" aria-disabled={isBusy}>
        Read it
      </button>
    </form>
  );
}
