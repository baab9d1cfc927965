import type { Me, ShownConversation, ShownMember, ShownMessage, ShownNote, ShownVisitor } from '@netia/protocol';
import { useEffect, useRef } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { may } from '../../api/may.ts';
import { goTo } from '../../api/route.ts';
import { useAction } from '../../api/use-action.ts';
import { useChanges } from '../../api/use-changes.ts';
import { useData } from '../../api/use-data.ts';
import { useShortcuts } from '../../api/use-shortcuts.ts';
import { Fault } from '../../parts/Form.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Loaded } from '../../parts/States.tsx';
import { t } from '../../texts/texts.ts';
import { Reply } from './Reply.tsx';
import { Thread } from './Thread.tsx';
import { ofVisitor, Visitor } from './Visitor.tsx';

export type Shown = ShownConversation & { visitor: ShownVisitor; messages: ShownMessage[] };
/** Changes are told as they happen; this is for what got lost on the way. */
const EVERY_MS = 15_000;

/** One conversation: what was said and noted, with what each answer rests on, and a person's part in it. */
export function Conversation({ id, me, onRead }: { id: string; me: Me; onRead: () => void }) {
  const conversation = useData<Shown>(`/v1/admin/conversations/${id}`, EVERY_MS);
  const notes = useData<{ items: ShownNote[] }>(`/v1/admin/conversations/${id}/notes`, EVERY_MS);
  const members = useData<{ items: ShownMember[] }>(may(me, 'people:read') ? '/v1/admin/members' : undefined);
  const mayWrite = may(me, 'conversations:write');
  const reload = async () => {
    await Promise.all([conversation.reload(), notes.reload()]);
  };
  useChanges(may(me, 'conversations:read'), (changed) => {
    if (changed === undefined || changed === id) void reload();
  });
  const change = useAction(async (body: { status?: string; assigned_to?: string | null }) => {
    await call('PATCH', `/v1/admin/conversations/${id}`, body);
    await conversation.reload();
  });
  const erase = useAction(async (shown: Shown) => {
    if (!confirm(t.conversation.confirmErase)) return;
    await call('DELETE', `/v1/admin/${ofVisitor(shown)}`);
    goTo('inbox');
  });
  useRead(id, conversation.data?.messages, onRead);
  const reply = useRef<HTMLTextAreaElement>(null);
  const note = useRef<HTMLTextAreaElement>(null);
  const status = conversation.data?.status;
  useShortcuts(
    mayWrite
      ? {
          r: () => reply.current?.focus(),
          n: () => {
            note.current?.closest('details')?.setAttribute('open', '');
            note.current?.focus();
          },
          t: () => status !== 'transferred' && void change.run({ status: 'transferred' }),
          g: () => status === 'transferred' && void change.run({ status: 'active' }),
          e: () => status !== 'ended' && void change.run({ status: 'ended' }),
          a: () => void change.run({ assigned_to: me.user.id }),
        }
      : {},
  );
  return (
    <section class="conversation" aria-labelledby="conversation-title">
      <Loaded of={conversation}>
        {(shown) => (
          <>
            <header>
              <a class="back" href="#/inbox" aria-label={t.conversation.back}>
                <Icon name="back" />
              </a>
              <div>
                <h1 id="conversation-title">
                  {shown.status === 'transferred' ? t.common.withPerson : shown.status === 'ended' ? t.common.ended : t.common.withAgent}
                </h1>
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
              {mayWrite && (
                <div class="actions">
                  {/* One button, so that it keeps the focus. */}
                  <button
                    type="button"
                    onClick={() => change.run({ status: shown.status === 'transferred' ? 'active' : 'transferred' })}
                    aria-disabled={change.isBusy}
                  >
                    {shown.status === 'transferred' ? t.conversation.giveBack : t.conversation.takeOver}
                  </button>
                  {shown.status !== 'ended' && (
                    <button type="button" class="quiet" onClick={() => change.run({ status: 'ended' })} aria-disabled={change.isBusy}>
                      {t.conversation.end}
                    </button>
                  )}
                </div>
              )}
            </header>
            <Fault>{change.fault ?? erase.fault}</Fault>
            <Visitor
              shown={shown}
              members={members.data?.items ?? []}
              isBusy={change.isBusy || !mayWrite}
              onAssign={(userId) => void change.run({ assigned_to: userId })}
              rights={may(me, 'privacy:write') ? { onHeld: conversation.reload, onErase: () => void erase.run(shown) } : undefined}
            />
            <Thread messages={shown.messages} notes={notes.data?.items ?? []} conversationId={id} />
            {mayWrite && <Reply id={id} writer={me.user.id} isTaken={shown.status === 'transferred'} field={reply} note={note} onSent={reload} />}
          </>
        )}
      </Loaded>
    </section>
  );
}

/** Whoever looks at the end of a conversation has read it. */
function useRead(id: string, messages: ShownMessage[] | undefined, onRead: () => void): void {
  // They stand by when they were sent, which need not be the order in which they came.
  const last = messages && Math.max(0, ...messages.map(({ seq }) => seq));
  useEffect(() => {
    if (last === undefined) return;
    const mark = () => {
      if (!document.hidden) call('POST', `/v1/admin/conversations/${id}/read`, { seq: last }).then(onRead, () => {});
    };
    mark();
    document.addEventListener('visibilitychange', mark);
    return () => document.removeEventListener('visibilitychange', mark);
  }, [id, last]);
}
