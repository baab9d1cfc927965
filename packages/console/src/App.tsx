import type { Me } from '@netia/protocol';
import { useEffect, useState } from 'preact/hooks';
import { call, Refused, whenSignedOut } from './api/client.ts';
import { goTo, useRoute } from './api/route.ts';
import { Conversation } from './pages/conversation/Conversation.tsx';
import { Gaps } from './pages/Gaps.tsx';
import { Inbox } from './pages/Inbox.tsx';
import { Join } from './pages/Join.tsx';
import { Knowledge } from './pages/Knowledge.tsx';
import { Leads } from './pages/Leads.tsx';
import { People } from './pages/People.tsx';
import { SignIn } from './pages/SignIn.tsx';
import { Site } from './pages/Site.tsx';
import { Fault } from './parts/Form.tsx';
import { Shell } from './parts/Shell.tsx';

/** Who is signed in decides what there is to see. */
export function App() {
  const [me, setMe] = useState<Me | 'nobody' | undefined>();
  const [fault, setFault] = useState<string>();
  const [page = 'inbox', item] = useRoute();

  const load = async () => {
    try {
      setMe(await call<Me>('GET', '/v1/console/me'));
      setFault(undefined);
    } catch (error) {
      if (error instanceof Refused && error.status === 401) setMe('nobody');
      else setFault((error as Error).message);
    }
  };
  useEffect(() => {
    whenSignedOut(() => setMe('nobody'));
    void load();
  }, []);

  const enter = async () => {
    goTo('inbox');
    await load();
  };
  if (page === 'join' && item) return <Join token={item} onJoined={enter} />;
  if (me === 'nobody') return <SignIn onSignedIn={load} />;
  if (me === undefined) return <main class="alone">{fault ? <Fault>{fault}</Fault> : <p class="soft loading">One moment…</p>}</main>;
  return (
    <Shell me={me} page={page} onChanged={load}>
      <Page me={me} page={page} item={item} onChanged={load} />
    </Shell>
  );
}

/** What stands behind the word in the address; the inbox, where it is none that we know. */
function Page({ me, page, item, onChanged }: { me: Me; page: string; item: string | undefined; onChanged: () => Promise<void> }) {
  switch (page) {
    case 'knowledge':
      return <Knowledge me={me} />;
    case 'gaps':
      return <Gaps me={me} />;
    case 'leads':
      return <Leads me={me} />;
    case 'site':
      return <Site me={me} />;
    case 'people':
      return <People me={me} onChanged={onChanged} />;
    default:
      return (
        <div class={`inbox ${item ? 'has-open' : ''}`}>
          <Inbox open={item} me={me} />
          {item ? <Conversation key={item} id={item} me={me} /> : <p class="soft choose">Choose a conversation.</p>}
        </div>
      );
  }
}
