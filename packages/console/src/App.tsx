import type { Me, Setup } from '@netia/protocol';
import { useEffect, useRef, useState } from 'preact/hooks';
import { call, Refused, showTenant, whenSignedOut } from './api/client.ts';
import { may } from './api/may.ts';
import { goTo, isAt, useRoute } from './api/route.ts';
import { useAction } from './api/use-action.ts';
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
  const [path, item] = useRoute();

  /** Finds out who is signed in. @throws {Refused} what keeps it from being known, to be told where it was asked for. */
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
  const first = useAction(async (then?: (known: Me) => Promise<void>) => {
    const known = await load();
    if (known) await then?.(known);
  });
  useEffect(() => {
    whenSignedOut(() => setMe('nobody'));
    void first.run();
  }, []);

  // A page that goes takes the focus with it; whoever works by keyboard goes on in the new one, and not at the very beginning.
  const before = useRef<typeof me>(undefined);
  useEffect(() => {
    if (before.current !== undefined && document.activeElement === document.body) document.querySelector('main')?.focus();
    before.current = me;
  }, [me, path, item]);

  // The link is used up by now: what fails from here on is told where it can be tried again.
  const enter = async () => {
    goTo('inbox');
    setMe(undefined);
    await first.run(async (known) => {
      if (!may(known, 'settings:write')) return;
      // Whoever comes to an agent that knows nothing yet has it set up first, unless they have gone elsewhere meanwhile.
      const setup = await call<Setup>('GET', '/v1/admin/setup').catch(() => undefined);
      if (setup && setup.entries + setup.sources === 0 && isAt('inbox')) goTo('start', '1');
    });
  };
  if (path === 'join' && item) return <Join token={item} onJoined={enter} />;
  if (path === 'reset' && item) return <Reset token={item} />;
  if (me === 'nobody') return <SignIn onSignedIn={reload} />;
  if (me === undefined)
    return (
      <main class="alone">
        {first.fault ? (
          <>
            <Fault>{first.fault}</Fault>
            <button type="button" class="main" onClick={() => first.run()}>
              {t.common.tryAgain}
            </button>
          </>
        ) : (
          <p class="soft loading">{t.common.oneMoment}</p>
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
