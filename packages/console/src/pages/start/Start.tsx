import type { Me, Setup, ShownSource, TriedQuestion, WidgetSettings } from '@netia/protocol';
import { useState } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { goTo } from '../../api/route.ts';
import { useAction } from '../../api/use-action.ts';
import { useData } from '../../api/use-data.ts';
import { withScheme } from '../../api/with-scheme.ts';
import { Fault, Field, valuesOf } from '../../parts/Form.tsx';
import { Loaded } from '../../parts/States.tsx';
import { start as words } from '../../texts/start.ts';
import { t } from '../../texts/texts.ts';
import { AddFiles } from '../knowledge/AddFiles.tsx';
import { AddSite } from '../knowledge/AddSite.tsx';
import { SourceRow } from '../knowledge/SourceRow.tsx';
import { Installed } from '../site/Installed.tsx';
import { Look } from '../site/Look.tsx';
import { Snippet } from '../site/Snippet.tsx';

const STEPS = [words.stepNames.nameAndSite, words.stepNames.knowledge, words.stepNames.ask, words.stepNames.look] as const;
const EVERY_MS = 2_000;

/** From nothing to an agent on one's own pages, in four steps. Each can be left and come back to. */
export function Start({ me, step, onChanged }: { me: Me; step: number; onChanged: () => Promise<void> }) {
  const setup = useData<Setup>('/v1/admin/setup', EVERY_MS);
  const at = Math.min(Math.max(step, 1), STEPS.length);
  const next = () => goTo('start', String(at + 1));
  return (
    <div class="page">
      <h1>{t.common.pages.start}</h1>
      <nav class="steps" aria-label={words.steps}>
        <ol>
          {STEPS.map((name, i) => (
            <li key={name}>
              <a href={`#/start/${i + 1}`} aria-current={i + 1 === at ? 'step' : undefined}>
                <span class="number">{i + 1}</span> {name}
              </a>
            </li>
          ))}
        </ol>
      </nav>
      <Loaded of={setup}>
        {(known) => {
          if (at === 1) return <NameAndSite me={me} setup={known} onDone={() => Promise.all([onChanged(), setup.reload()]).then(next)} />;
          if (at === 2) return <GiveKnowledge setup={known} onDone={next} />;
          if (at === 3) return <AskIt hasKnowledge={known.entries > 0} onDone={next} />;
          return <PutItThere me={me} />;
        }}
      </Loaded>
    </div>
  );
}

function NameAndSite({ me, setup, onDone }: { me: Me; setup: Setup; onDone: () => Promise<void> }) {
  const { isBusy, fault, run } = useAction(async ({ name, url = '' }: Record<string, string>) => {
    await call('PATCH', '/v1/admin/tenant', { name, site_url: url.trim() ? withScheme(url.trim()) : null });
    await onDone();
  });
  return (
    <form class="card" onSubmit={(event) => run(valuesOf(event))}>
      <h2>{words.whoAreYou}</h2>
      <Field label={words.businessName} name="name" required maxLength={255} defaultValue={me.tenant.name} hint={words.businessNameHint} dir="auto" />
      <Field label={words.website} name="url" inputMode="url" defaultValue={setup.site_url ?? ''} placeholder={t.common.exampleSite} />
      <Fault>{fault}</Fault>
      <button type="submit" class="main" aria-disabled={isBusy}>
        {words.next}
      </button>
    </form>
  );
}

function GiveKnowledge({ setup, onDone }: { setup: Setup; onDone: () => void }) {
  const sources = useData<{ items: ShownSource[] }>('/v1/admin/sources?limit=100', EVERY_MS);
  const isReading = sources.data?.items.some(({ status }) => status === 'pending' || status === 'processing') ?? false;
  return (
    <>
      <p class="soft">{words.aboutKnowledge}</p>
      <div class="columns">
        <AddSite onAdded={sources.reload} address={setup.site_url ?? undefined} />
        <AddFiles onAdded={sources.reload} />
      </div>
      {sources.data && sources.data.items.length > 0 && (
        <ul class="rows">
          {sources.data.items.map((source) => (
            <SourceRow key={source.id} source={source} mayWrite onChanged={sources.reload} />
          ))}
        </ul>
      )}
      <span class="line">
        <span class="soft" role="status">
          {setup.entries > 0 ? words.ready(setup.entries) : isReading ? words.reading : ''}
        </span>
        <button type="button" class="main" onClick={onDone} disabled={setup.entries === 0}>
          {words.next}
        </button>
      </span>
    </>
  );
}

/** What the tenant's own texts are asked, with what they answer. */
function AskIt({ hasKnowledge, onDone }: { hasKnowledge: boolean; onDone: () => void }) {
  const suggested = useData<{ items: string[] }>(hasKnowledge ? '/v1/admin/setup/questions' : undefined);
  const [tried, setTried] = useState<TriedQuestion>();
  const { isBusy, fault, run } = useAction(async ({ question = '' }: Record<string, string>) => {
    setTried((await call<{ items: TriedQuestion[] }>('POST', '/v1/admin/knowledge/try', { questions: [question] })).items[0]);
  });
  if (!hasKnowledge) return <p>{words.nothingYet(<a href="#/start/2">{words.giveKnowledge}</a>)}</p>;
  return (
    <section class="card" aria-labelledby="ask-title">
      <h2 id="ask-title">{words.askTitle}</h2>
      <Loaded of={suggested}>
        {({ items }) =>
          items.length > 0 ? (
            <div class="chips">
              {items.map((question) => (
                <button key={question} type="button" dir="auto" aria-disabled={isBusy} onClick={() => run({ question })}>
                  {question}
                </button>
              ))}
            </div>
          ) : (
            <p class="soft">{words.noSuggestions}</p>
          )
        }
      </Loaded>
      <form onSubmit={(event) => run(valuesOf(event))}>
        <Field label={words.ownQuestion} name="question" required maxLength={2_000} dir="auto" />
        <Fault>{fault}</Fault>
        <button type="submit" aria-disabled={isBusy}>
          {words.ask}
        </button>
      </form>
      {tried && (
        <div role="status" class="answered">
          <strong dir="auto">{tried.question}</strong>
          {tried.verdict === 'answered' ? (
            <>
              <blockquote dir="auto">{tried.answer}</blockquote>
              <p class="soft">
                {words.from(
                  tried.passages[0]?.url ? (
                    <a href={tried.passages[0].url} target="_blank" rel="noreferrer noopener">
                      {tried.passages[0].title || tried.passages[0].url}
                    </a>
                  ) : (
                    <span dir="auto">{tried.passages[0]?.title}</span>
                  ),
                )}
              </p>
            </>
          ) : (
            <p>{words.notAnswered}</p>
          )}
        </div>
      )}
      <button type="button" class="main" onClick={onDone}>
        {words.next}
      </button>
    </section>
  );
}

function PutItThere({ me }: { me: Me }) {
  const tenant = useData<{ settings: { widget: WidgetSettings } }>('/v1/admin/tenant');
  return (
    <>
      <Loaded of={tenant}>{({ settings }) => <Look saved={settings.widget} tenant={me.tenant} mayWrite />}</Loaded>
      <Snippet websiteId={me.tenant.widget_website_id} />
      <Installed />
      <p>{words.otherChat(<a href="#/settings/channels">{words.letAgent}</a>)}</p>
      <button type="button" class="main" onClick={() => goTo('inbox')}>
        {words.toInbox}
      </button>
    </>
  );
}
