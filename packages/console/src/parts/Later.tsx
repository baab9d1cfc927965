import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../texts/texts.ts';
import { Fault } from './Form.tsx';

/**
 * A page whose code is fetched when it is first opened: the inbox must not wait for what few look at.
 * @param load imports the page's module.
 */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let known: ComponentType<Props> | undefined;
  return function Later(props: Props) {
    const [state, setState] = useState<{ page: ComponentType<Props> | undefined; isLost?: boolean }>({ page: known });
    useEffect(() => {
      if (known) return;
      load().then(
        (page) => {
          known = page;
          setState({ page });
        },
        // After an update of the gateway the old page's parts are gone.
        () => setState({ page: undefined, isLost: true }),
      );
    }, []);
    const { page: Page, isLost } = state;
    if (Page) return <Page {...props} />;
    return (
      <div class="page">
        {isLost ? (
          <Fault>
            {t.common.notFetched}{' '}
            <button type="button" onClick={() => location.reload()}>
              {t.common.loadAgain}
            </button>
          </Fault>
        ) : (
          <p class="soft loading" role="status">
            {t.common.oneMoment}
          </p>
        )}
      </div>
    );
  };
}
