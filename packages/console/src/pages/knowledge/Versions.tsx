import type { ShownEntry } from '@netia/protocol';
import { useState } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { useData } from '../../api/use-data.ts';
import { Fault } from '../../parts/Form.tsx';
import { Loaded } from '../../parts/States.tsx';
import { Time } from '../../parts/Time.tsx';
import { knowledge as words } from '../../texts/knowledge.ts';

interface Version {
  version: number;
  title: string;
  content: string;
  created_at: string;
}

/** Every state that was published, what has changed since, and the way back. */
export function Versions({ entry, mayWrite, onChanged }: { entry: ShownEntry; mayWrite: boolean; onChanged: () => Promise<void> }) {
  const path = `/v1/admin/knowledge/${entry.id}/versions`;
  const versions = useData<{ items: Version[] }>(path);
  const [compared, setCompared] = useState<number>();
  const diff = useData<{ diff: string }>(compared === undefined ? undefined : `${path}/${compared}/diff`);
  const { isBusy, fault, run } = useAction(async (version: number) => {
    await call('POST', `${path}/${version}/restore`);
    await Promise.all([versions.reload(), onChanged()]);
  });
  return (
    <Loaded of={versions}>
      {({ items }) => (
        <>
          <Fault>{fault}</Fault>
          <ul class="log">
            {items.map((one) => (
              <li key={one.version}>
                <span class="line">
                  <span>
                    {words.versions.version(one.version)} · <Time at={one.created_at} />
                  </span>
                  {one.version === entry.version ? (
                    <span class="badge">{words.versions.now}</span>
                  ) : (
                    <span class="actions">
                      <button
                        type="button"
                        class="quiet"
                        aria-expanded={compared === one.version}
                        onClick={() => setCompared(compared === one.version ? undefined : one.version)}
                      >
                        {words.versions.changedSince}
                      </button>
                      {mayWrite && (
                        <button type="button" class="quiet" aria-disabled={isBusy} onClick={() => run(one.version)}>
                          {words.versions.publishAgain}
                        </button>
                      )}
                    </span>
                  )}
                </span>
                {compared === one.version && <Loaded of={diff}>{(answer) => <Diff text={answer.diff} />}</Loaded>}
              </li>
            ))}
          </ul>
        </>
      )}
    </Loaded>
  );
}

/** Added and taken away are told apart by their signs, and not by colour alone. */
function Diff({ text }: { text: string }) {
  const lines = text.split('\n').filter((line) => !/^(?:={3,}|---|\+\+\+|\\|@@)/.test(line));
  return (
    <pre class="snippet diff" dir="auto">
      {lines.map((line, i) => (
        <span key={i} class={line.startsWith('+') ? 'added' : line.startsWith('-') ? 'gone' : undefined}>
          {line}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}
