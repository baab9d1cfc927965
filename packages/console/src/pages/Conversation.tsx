import type { Me, ShownConversation, ShownMessage } from '@netia/protocol';
import { useEffect, useRef, useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import { may } from '../api/may.ts';
import { useAction } from '../api/use-action.ts';
import { useData } from '../api/use-data.ts';
import { Fault, valuesOf } from '../parts/Form.tsx';
import { Icon } from '../parts/Icon.tsx';
import { Loaded } from '../parts/States.tsx';
import { Time } from '../parts/Time.tsx';
import { Receipt } from './Receipt.tsx';

type Shown = ShownConversation & { messages: ShownMessage[] };
const EVERY_MS = 2_000;
const SENDERS = { visitor: 'Visitor', ai: 'Agent', agent: 'You and colleagues' } as const;

/** One conversation: what was said, with what each answer rests on, and a person's part in it. */
export function Conversation({ id, me }: { id: string; me: Me }) {
  const conversation = useData<Shown>(`/v1/admin/conversations/${id}`, EVERY_MS);
  const change = useAction(async (status: string) => {
    await call('PATCH', `/v1/admin/conversations/${id}`, { status });
    await conversation.reload();
  });
  return (
    <section class="conversation" aria-labelledby="conversation-title">
      <Loaded of={conversation}>
        {(shown) => (
          <>
            <header>
              <a class="back" href="#/inbox" aria-label="Back to the inbox">
                <Icon name="back" />
              </a>
              <div>
                <h1 id="conversation-title">{shown.status === 'transferred' ? 'With a person' : shown.status === 'ended' ? 'Ended' : 'With the agent'}</h1>
                <p class="soft where">
                  {shown.channel}
                  {shown.locale && ` · ${shown.locale}`}
                  {shown.page_url && (
                    <>
                      {' · '}
                      <bdi>{shown.page_url}</bdi>
                    </>
                  )}
                </p>
              </div>
              {may(me, 'conversations:write') && (
                <div class="actions">
                  {shown.status !== 'transferred' && (
                    <button type="button" onClick={() => change.run('transferred')} disabled={change.isBusy}>
                      Take over
                    </button>
                  )}
                  {shown.status === 'transferred' && (
                    <button type="button" onClick={() => change.run('active')} disabled={change.isBusy}>
                      Give back
                    </button>
                  )}
                  {shown.status !== 'ended' && (
                    <button type="button" class="quiet" onClick={() => change.run('ended')} disabled={change.isBusy}>
                      End
                    </button>
                  )}
                </div>
              )}
            </header>
            <Fault>{change.fault}</Fault>
            <Thread messages={shown.messages} conversationId={id} />
            {may(me, 'conversations:write') && <Reply id={id} isTaken={shown.status === 'transferred'} onSent={conversation.reload} />}
          </>
        )}
      </Loaded>
    </section>
  );
}

function Thread({ messages, conversationId }: { messages: ShownMessage[]; conversationId: string }) {
  const [explained, setExplained] = useState<string>();
  const log = useRef<HTMLDivElement>(null);
  const last = messages.at(-1)?.id;
  useEffect(() => {
    if (last) log.current?.lastElementChild?.lastElementChild?.scrollIntoView({ block: 'end' });
  }, [last]);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard */}
      <div class="thread" role="log" aria-label="Messages" tabIndex={0} ref={log}>
        <ol>
          {messages.map((message) => (
            <li key={message.id} class={message.sender_type}>
              <p class="soft">
                {SENDERS[message.sender_type]} · <Time at={message.timestamp} />
                {message.verdict === 'abstained' && <span class="badge unsure">Not answered</span>}
                {message.feedback && <span class="badge">{message.feedback === 'up' ? 'Found helpful' : 'Found not helpful'}</span>}
              </p>
              <div class="said" dir="auto">
                {message.content || <em class="soft">{message.message_type}</em>}
              </div>
              {message.citations.length > 0 && (
                <ul class="citations" aria-label="Rests on">
                  {message.citations.map((citation) => (
                    <li key={citation.n}>
                      [{citation.n}]{' '}
                      {citation.url ? (
                        <a href={citation.url} target="_blank" rel="noreferrer noopener">
                          {citation.title || citation.url}
                        </a>
                      ) : (
                        citation.title
                      )}
                    </li>
                  ))}
                </ul>
              )}
              {message.sender_type === 'ai' && (
                <button type="button" class="quiet" onClick={() => setExplained(message.id)}>
                  How it came about
                </button>
              )}
            </li>
          ))}
        </ol>
      </div>
      {explained && <Receipt conversationId={conversationId} messageId={explained} onClose={() => setExplained(undefined)} />}
    </>
  );
}

function Reply({ id, isTaken, onSent }: { id: string; isTaken: boolean; onSent: () => Promise<void> }) {
  const form = useRef<HTMLFormElement>(null);
  const { isBusy, fault, run } = useAction(async ({ text }: Record<string, string>) => {
    await call('POST', `/v1/admin/conversations/${id}/messages`, { text });
    form.current?.reset();
    await onSent();
  });
  return (
    <form class="reply" ref={form} onSubmit={(event) => run(valuesOf(event))}>
      <Fault>{fault}</Fault>
      <textarea
        name="text"
        rows={2}
        required
        maxLength={10_000}
        dir="auto"
        aria-label="Your message"
        placeholder={isTaken ? 'Write to the visitor' : 'Write to the visitor; the agent then falls silent'}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          form.current?.requestSubmit();
        }}
      />
      <button type="submit" class="main" disabled={isBusy}>
        Send
      </button>
    </form>
  );
}
