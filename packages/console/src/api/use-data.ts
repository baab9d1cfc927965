import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { call } from './client.ts';

export interface Data<Answer> {
  /** Undefined until it is there. */
  data: Answer | undefined;
  /** Why it is not, or may be old. */
  fault: string | undefined;
  /** Asks again now. */
  reload(): Promise<void>;
}

/**
 * What a path answers, asked again every so often while the page is looked at.
 * @param path undefined: nothing is asked for.
 * @param everyMs absent: once.
 * @param isHiddenToo also while nobody looks: for what is to be noticed just then.
 * @param ask how; the last one that was given counts.
 */
export function useData<Answer>(
  path: string | undefined,
  everyMs?: number,
  isHiddenToo = false,
  ask: (path: string) => Promise<Answer> = (known) => call<Answer>('GET', known),
): Data<Answer> {
  const [state, setState] = useState<{ path: string | undefined; data?: Answer; fault?: string | undefined }>({ path });
  const current = useRef(path);
  current.current = path;
  const asking = useRef(ask);
  asking.current = ask;
  const reload = useCallback(async () => {
    if (path === undefined) return;
    const next = await asking.current(path).then(
      (data) => ({ path, data, fault: undefined }),
      (error: Error) => ({ path, fault: error.message }),
    );
    // Who has gone on to another page meanwhile does not want this one's answer.
    if (current.current === path) setState((known) => ({ ...(known.path === path ? known : {}), ...next }));
  }, [path]);
  useEffect(() => {
    void reload();
    if (everyMs === undefined) return;
    const timer = setInterval(() => {
      if (isHiddenToo || !document.hidden) void reload();
    }, everyMs);
    const onLook = () => {
      if (!document.hidden) void reload();
    };
    document.addEventListener('visibilitychange', onLook);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', onLook);
    };
  }, [reload, everyMs, isHiddenToo]);
  return { data: state.path === path ? state.data : undefined, fault: state.path === path ? state.fault : undefined, reload };
}
