import type { Me, Setup } from '@netia/protocol';
import { useEffect, useRef, useState } from 'preact/hooks';
import { call, Refused, showTenant, whenSignedOut } from './api/client.ts';
import { may } from './api/may.ts';
import { goTo, isAt, useRoute } from './api/route.ts';
import { Conversation } from './pages/conversation/Conversation.tsx';
import { Inbox } from './pages/Inbox.tsx';
import { Join } from './pages/Join.tsx';
import { Reset } from './pages/Reset.tsx';
import { SignIn } from './pages/SignIn.tsx';
import { Fault } from './parts/Form.tsx';
import { later } from './parts/Later.tsx';
import { type PageName, pageFor } from './parts/pages.ts';
import { Shell } from './parts/Shell.tsx';
import { t } from './texts/texts.ts';

const Start = later(async () => (await import('./pages/start/Start.tsx')).Start);
const Knowledge = later(async () => (await import('./pages/knowledge/Knowledge.tsx')).Knowledge);
const Gaps = later(async () => (await import('./pages/Gaps.tsx')).Gaps);
const Leads = later(async () => (await import('./pages/Leads.tsx')).Leads);
const Site = later(async () => (await import('./pages/site/Site.tsx')).Site);
const Numbers = later(async () => (await import('./pages/Numbers.tsx')).Numbers);
const Settings = later(async () => (await import('./pages/settings/Settings.tsx')).Settings);
const People = later(async () => (await import('./pages/People.tsx')).People);

/** Who is signed in decides what there is to see. */
export function App() {
  const [me, setMe] = useState<Me | 'nobody' | undefined>();
  /** While it is being found out who has come: what has kept it from being known, and whether it is asked just now. */
  const [arrival, setArrival] = useState<{ isBusy: boolean; fault?: string | undefined }>({ isBusy: true });
  const hasJoined = useRef(false);
  const [path, item] = useRoute();

  /** Finds out who is signed in. @throws {Refused} what keeps it from being known. */
  const load = async () => {
    try {
      const known = await call<Me>('GET', '/v1/console/me');
      showTenant(known.tenant.id);
      setMe(known);
      return known;
    } catch (error) {
      if (!(error instanceof Refused && error.status === 401)) throw error;
      setMe('nobody');
      return undefined;
    }
  };
  const reload = async () => {
    await load();
  };
  // In the place of the form that somebody came in by: their link or code is used up, so that what fails from here on has to
  // be told, and tried again, without it.
  const arrive = async () => {
    setMe(undefined);
    setArrival(({ fault }) => ({ isBusy: true, fault }));
    try {
      const known = await load();
      setArrival({ isBusy: false });
      if (!known || !hasJoined.current) return;
      hasJoined.current = false;
      if (!may(known, 'settings:write')) return;
      // Whoever comes to an agent that knows nothing yet has it set up first, unless they have gone elsewhere meanwhile.
      const setup = await call<Setup>('GET', '/v1/admin/setup').catch(() => undefined);
      if (setup && setup.entries + setup.sources === 0 && isAt('inbox')) goTo('start', '1');
    } catch (error) {
      setArrival({ isBusy: false, fault: (error as Error).message });
    }
  };
  const join = () => {
    hasJoined.current = true;
    goTo('inbox');
    return arrive();
  };
  useEffect(() => {
    whenSignedOut(() => setMe('nobody'));
    void arrive();
  }, []);

  // A page that goes takes the focus with it; whoever works by keyboard goes on in the new one, and not at the very beginning.
  const before = useRef<typeof me>(undefined);
  useEffect(() => {
    if (before.current !== undefined && document.activeElement === document.body) document.querySelector('main')?.focus();
    // On the way in nothing is known for a moment, and that moment is no page.
    if (me !== undefined) before.current = me;
  }, [me, path, item]);

  if (path === 'join' && item) return <Join token={item} onJoined={join} />;
  if (path === 'reset' && item) return <Reset token={item} />;
  if (me === 'nobody') return <SignIn onSignedIn={arrive} />;
  if (me === undefined)
    return (
      <main class="alone">
        <Fault>{arrival.isBusy ? undefined : arrival.fault}</Fault>
        {arrival.isBusy && <p class="soft loading">{t.common.oneMoment}</p>}
        {arrival.fault && (
          <button type="button" class="main" aria-disabled={arrival.isBusy} onClick={() => arrival.isBusy || arrive()}>
            {t.common.tryAgain}
          </button>
        )}
      </main>
    );
  const page = pageFor(me, path);
  return (
    // Another tenant is another page: nothing of the one before stays in a form, to be saved into this one.
    <Shell key={me.tenant.id} me={me} page={page} onChanged={reload}>
      <Page me={me} page={page} item={page === path ? item : undefined} onChanged={reload} />
    </Shell>
  );
}

function Page({ me, page, item, onChanged }: { me: Me; page: PageName; item: string | undefined; onChanged: () => Promise<void> }) {
  switch (page) {
    case 'start':
      return <Start me={me} step={Number(item) || 1} onChanged={onChanged} />;
    case 'knowledge':
      return <Knowledge me={me} />;
    case 'gaps':
      return <Gaps me={me} />;
    case 'leads':
      return <Leads me={me} />;
    case 'numbers':
      return <Numbers />;
    case 'settings':
      return <Settings me={me} section={item} />;
    case 'site':
      return <Site me={me} />;
    case 'people':
      return <People me={me} onChanged={onChanged} />;
    case 'inbox':
      return <InboxAndOne me={me} item={item} />;
  }
}

/** The inbox, and the conversation that is open. */
function InboxAndOne({ me, item }: { me: Me; item: string | undefined }) {
  const [reads, setReads] = useState(0);
  return (
    <div class={`inbox ${item ? 'has-open' : ''}`}>
      <Inbox open={item} me={me} reads={reads} />
      {item ? (
        <Conversation key={item} id={item} me={me} onRead={() => setReads((times) => times + 1)} />
      ) : (
        <p class="soft choose">{t.common.chooseConversation}</p>
      )}
    </div>
  );
}
