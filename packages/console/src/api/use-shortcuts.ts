import { useEffect, useRef } from 'preact/hooks';

/**
 * Single keys that do something while nobody types. With Ctrl, Alt or Meta they are the browser's, in a field they are text,
 * and in a dialog they are not meant.
 */
export function useShortcuts(keys: Record<string, () => void>): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const at = event.target as HTMLElement;
      if (event.ctrlKey || event.altKey || event.metaKey || at.closest('input, textarea, select, [contenteditable], dialog')) return;
      const work = current.current[event.key];
      if (!work) return;
      event.preventDefault();
      work();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
