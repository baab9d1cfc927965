import type { ShownCannedReply } from '@netia/protocol';
import { call } from '../../api/client.ts';
import { may } from '../../api/may.ts';
import { useAction } from '../../api/use-action.ts';
import { useData } from '../../api/use-data.ts';
import { Fault, Field, TextField, valuesOf } from '../../parts/Form.tsx';
import { Empty, Loaded } from '../../parts/States.tsx';
import { settings } from '../../texts/settings.ts';
import { t } from '../../texts/texts.ts';
import type { SettingsProps } from './Settings.tsx';

const words = settings.replies;
const PATH = '/v1/admin/canned-replies';

/** Answers that people give again and again, found in the inbox by a slash and their shortcut. */
export function Replies({ me }: SettingsProps) {
  const replies = useData<{ items: ShownCannedReply[] }>(PATH);
  const mayWrite = may(me, 'conversations:write');
  const add = useAction(async (values: Record<string, string>, form: HTMLFormElement) => {
    await call('POST', PATH, values);
    form.reset();
    await replies.reload();
  });
  return (
    <>
      {mayWrite && (
        <form class="card" onSubmit={(event) => add.run(valuesOf(event), event.currentTarget)}>
          <h2>{words.add}</h2>
          <Field label={words.shortcut} name="shortcut" required maxLength={40} hint={words.shortcutHint} />
          <TextField label={t.common.text} name="text" rows={3} required maxLength={10_000} dir="auto" />
          <Fault>{add.fault}</Fault>
          <button type="submit" class="main" aria-disabled={add.isBusy}>
            {words.keep}
          </button>
        </form>
      )}
      <Loaded of={replies}>
        {({ items }) =>
          items.length > 0 ? (
            <ul class="rows">
              {items.map((reply) => (
                <ReplyRow key={reply.id} reply={reply} mayWrite={mayWrite} onChanged={replies.reload} />
              ))}
            </ul>
          ) : (
            <Empty title={words.none} />
          )
        }
      </Loaded>
    </>
  );
}

function ReplyRow({ reply, mayWrite, onChanged }: { reply: ShownCannedReply; mayWrite: boolean; onChanged: () => Promise<void> }) {
  const { isBusy, fault, run } = useAction(async (method: string, body?: object) => {
    await call(method, `${PATH}/${reply.id}`, body);
    await onChanged();
  });
  return (
    <li>
      <details class="what">
        <summary>
          <kbd>/{reply.shortcut}</kbd> <span dir="auto">{reply.text.slice(0, 80)}</span>
        </summary>
        {mayWrite ? (
          <form onSubmit={(event) => run('PUT', valuesOf(event))}>
            <Field label={words.shortcut} name="shortcut" required maxLength={40} defaultValue={reply.shortcut} />
            <TextField label={t.common.text} name="text" rows={3} required maxLength={10_000} defaultValue={reply.text} dir="auto" />
            <button type="submit" aria-disabled={isBusy}>
              {t.common.save}
            </button>
          </form>
        ) : (
          <p class="content" dir="auto">
            {reply.text}
          </p>
        )}
        <Fault>{fault}</Fault>
      </details>
      {mayWrite && (
        <button type="button" class="quiet" aria-disabled={isBusy} onClick={() => run('DELETE')}>
          {t.common.remove}
        </button>
      )}
    </li>
  );
}
