import type { Installation, Setup } from '@netia/protocol';
import { useState } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { useData } from '../../api/use-data.ts';
import { withScheme } from '../../api/with-scheme.ts';
import { Done, Fault, Field, valuesOf } from '../../parts/Form.tsx';
import { Loaded } from '../../parts/States.tsx';
import { Time } from '../../parts/Time.tsx';
import { site } from '../../texts/site.ts';
import { t } from '../../texts/texts.ts';

/** A visitor may write at any moment. */
const EVERY_MS = 5_000;

/** Whether the widget is there: by looking at the page, and by who has written in it. */
export function Installed() {
  const setup = useData<Setup>('/v1/admin/setup', EVERY_MS);
  const [found, setFound] = useState<Installation>();
  const { isBusy, fault, run } = useAction(async ({ url = '' }: Record<string, string>) => {
    setFound(undefined);
    setFound(await call<Installation>('GET', `/v1/admin/setup/installation?url=${encodeURIComponent(withScheme(url))}`));
  });
  return (
    <section class="card" aria-labelledby="installed-title">
      <h2 id="installed-title">{site.installed.title}</h2>
      <Loaded of={setup}>
        {({ site_url, first_session_at, last_session_at }) => (
          <>
            <p>
              {first_session_at && last_session_at ? (
                <>
                  <span class="badge">{site.installed.working}</span>{' '}
                  {site.installed.conversations(<Time at={first_session_at} />, <Time at={last_session_at} />)}
                </>
              ) : (
                <>
                  <span class="badge unsure">{site.installed.notSeen}</span> {site.installed.nobodyWrote}
                </>
              )}
            </p>
            <form onSubmit={(event) => run(valuesOf(event))}>
              <Field label={site.installed.address} name="url" inputMode="url" required defaultValue={site_url ?? ''} placeholder={t.common.exampleSite} />
              <Fault>{fault}</Fault>
              <span class="line">
                <button type="submit" aria-disabled={isBusy}>
                  {isBusy ? site.installed.looking : site.installed.look}
                </button>
                <Done>
                  {found && (
                    <>
                      <span class={`badge ${found.found === 'installed' ? '' : 'unsure'}`}>
                        {found.found === 'installed' ? site.installed.found : site.installed.notFound}
                      </span>{' '}
                      {found.message}
                    </>
                  )}
                </Done>
              </span>
            </form>
          </>
        )}
      </Loaded>
    </section>
  );
}
