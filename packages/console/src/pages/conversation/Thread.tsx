import type { SentFile, ShownMessage, ShownNote } from '@netia/protocol';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Time } from '../../parts/Time.tsx';
import { t } from '../../texts/texts.ts';
import { Receipt } from './Receipt.tsx';

/** What was said and what was noted, in the order in which it was. */
export function Thread({ messages, notes, conversationId }: { messages: ShownMessage[]; notes: ShownNote[]; conversationId: string }) {
  const [explained, setExplained] = useState<string>();
  const log = useRef<HTMLDivElement>(null);
  const lines = [
    ...messages.map((message) => ({ at: message.timestamp, id: message.id, line: <Message key={message.id} message={message} onExplain={setExplained} /> })),
    ...notes.map((note) => ({ at: note.created_at, id: note.id, line: <Note key={note.id} note={note} /> })),
  ].sort((a, b) => a.at.localeCompare(b.at));
  const last = lines.at(-1)?.id;
  useEffect(() => {
    if (last) log.current?.lastElementChild?.lastElementChild?.scrollIntoView({ block: 'end' });
  }, [last]);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard */}
      <div class="thread" role="log" aria-label={t.conversation.thread.messages} tabIndex={0} ref={log}>
        <ol>{lines.map(({ line }) => line)}</ol>
      </div>
      {explained && <Receipt conversationId={conversationId} messageId={explained} onClose={() => setExplained(undefined)} />}
    </>
  );
}

function Note({ note }: { note: ShownNote }) {
  return (
    <li class="note">
      <p class="soft">
        {t.conversation.thread.note} · <span dir="auto">{note.author ?? t.conversation.thread.aColleague}</span> · <Time at={note.created_at} />
      </p>
      <div class="said" dir="auto">
        {note.text}
      </div>
    </li>
  );
}

/** Pictures are shown, everything else is saved; the gateway gives both out as something to save, whoever follows the link. */
function Sent({ file }: { file: SentFile }) {
  const path = `/v1/admin/files/${file.id}`;
  return (
    <a class="file" href={path} download={file.name}>
      {file.media_type.startsWith('image/') && <img src={path} alt="" loading="lazy" />}
      <span dir="auto">{file.name}</span> <span class="soft">{t.conversation.thread.kilobytes(Math.ceil(file.byte_size / 1_024))}</span>
    </a>
  );
}

function Message({ message, onExplain }: { message: ShownMessage; onExplain: (id: string) => void }) {
  return (
    <li class={message.sender_type}>
      <p class="soft">
        {t.conversation.thread.senders[message.sender_type]} · <Time at={message.timestamp} />
        {message.verdict === 'abstained' && <span class="badge unsure">{t.common.notAnswered}</span>}
        {message.feedback && <span class="badge">{message.feedback === 'up' ? t.conversation.thread.helpful : t.conversation.thread.notHelpful}</span>}
      </p>
      <div class="said" dir="auto">
        {message.file ? <Sent file={message.file} /> : message.content || <em class="soft">{t.conversation.thread.kinds[message.message_type]}</em>}
      </div>
      {message.citations.length > 0 && (
        <ul class="citations" aria-label={t.conversation.thread.restsOn}>
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
        <button type="button" class="quiet" onClick={() => onExplain(message.id)}>
          {t.conversation.thread.howItCame}
        </button>
      )}
    </li>
  );
}
