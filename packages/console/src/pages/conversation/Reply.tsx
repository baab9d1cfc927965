import type { ShownCannedReply } from '@netia/protocol';
import type { RefObject } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { useData } from '../../api/use-data.ts';
import { useDraft } from '../../api/use-draft.ts';
import { Fault } from '../../parts/Form.tsx';
import { t } from '../../texts/texts.ts';

/** The visitor sees that somebody types for six seconds after it was last said. */
const TYPING_EVERY_MS = 3_000;

interface ReplyProps {
  id: string;
  /** Who writes, by their id. */
  writer: string;
  isTaken: boolean;
  field: RefObject<HTMLTextAreaElement | null>;
  note: RefObject<HTMLTextAreaElement | null>;
  onSent: () => Promise<void>;
}

/** What a person writes: to the visitor, or for colleagues. A slash at the beginning brings the canned replies. */
export function Reply({ id, writer, isTaken, field, note, onSent }: ReplyProps) {
  const form = useRef<HTMLFormElement>(null);
  const toldAt = useRef(0);
  const draft = useDraft(`${writer} reply ${id}`);
  const canned = useData<{ items: ShownCannedReply[] }>('/v1/admin/canned-replies');
  const { isBusy, fault, run } = useAction(async () => {
    const { text } = draft;
    await call('POST', `/v1/admin/conversations/${id}/messages`, { text });
    draft.forget(text);
    await onSent();
  });
  const tellTyping = () => {
    if (!isTaken || Date.now() - toldAt.current < TYPING_EVERY_MS) return;
    toldAt.current = Date.now();
    call('POST', `/v1/admin/conversations/${id}/typing`).catch(() => {});
  };
  const wanted = /^\/([\p{L}\p{N}_-]*)$/u.exec(draft.text)?.[1]?.toLowerCase();
  const offered = wanted === undefined ? [] : (canned.data?.items ?? []).filter(({ shortcut }) => shortcut.toLowerCase().startsWith(wanted)).slice(0, 6);
  const take = (reply: ShownCannedReply) => {
    draft.write(reply.text);
    field.current?.focus();
  };
  return (
    <div class="replies">
      {wanted !== undefined && (
        <ul class="canned" aria-label={t.common.canned}>
          {offered.map((reply) => (
            <li key={reply.id}>
              <button type="button" onClick={() => take(reply)}>
                <kbd>/{reply.shortcut}</kbd> <span dir="auto">{reply.text}</span>
              </button>
            </li>
          ))}
          {offered.length === 0 && (
            <li class="soft">
              {t.conversation.reply.noCanned} <a href="#/settings/replies">{t.common.canned}</a>
            </li>
          )}
        </ul>
      )}
      <form
        class="reply"
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Fault>{fault}</Fault>
        <textarea
          name="text"
          rows={2}
          required
          maxLength={10_000}
          dir="auto"
          ref={field}
          value={draft.text}
          aria-label={t.conversation.reply.yourMessage}
          placeholder={isTaken ? t.conversation.reply.write : t.conversation.reply.writeAndTake}
          onInput={(event) => {
            draft.write(event.currentTarget.value);
            if (!event.currentTarget.value.startsWith('/')) tellTyping();
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur();
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            const [first] = offered;
            if (first) take(first);
            else form.current?.requestSubmit();
          }}
        />
        <button type="submit" class="main" aria-disabled={isBusy}>
          {t.conversation.reply.send}
        </button>
      </form>
      <Note id={id} writer={writer} field={note} onSent={onSent} />
    </div>
  );
}

function Note({ id, writer, field, onSent }: Pick<ReplyProps, 'id' | 'writer' | 'field' | 'onSent'>) {
  const draft = useDraft(`${writer} note ${id}`);
  // Only at first: what is opened then stays so until somebody closes it.
  const [wasBegun] = useState(draft.isBegun);
  const { isBusy, fault, run } = useAction(async () => {
    const { text } = draft;
    await call('POST', `/v1/admin/conversations/${id}/notes`, { text });
    draft.forget(text);
    await onSent();
  });
  return (
    <details class="note-form" open={wasBegun}>
      <summary>{t.conversation.reply.noteForColleagues}</summary>
      <form
        class="reply"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Fault>{fault}</Fault>
        <textarea
          name="text"
          rows={2}
          required
          maxLength={10_000}
          dir="auto"
          ref={field}
          value={draft.text}
          aria-label={t.conversation.reply.note}
          placeholder={t.conversation.reply.noteHint}
          onInput={(event) => draft.write(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        />
        <button type="submit" aria-disabled={isBusy}>
          {t.conversation.reply.keep}
        </button>
      </form>
    </details>
  );
}
