import { useEffect, useRef } from 'preact/hooks';

const OFF_KEPT_AS = 'netia-shortcuts-off';

/** Whether single keys do something in this browser. */
export const areShortcutsOn = (): boolean => localStorage.getItem(OFF_KEPT_AS) === null;

/** Whoever speaks to their computer says letters without meaning keys, and can switch them off (WCAG 2.1.4). */
export function turnShortcuts(on: boolean): void {
  if (on) localStorage.removeItem(OFF_KEPT_AS);
  else localStorage.setItem(OFF_KEPT_AS, '1');
}

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
      if (event.ctrlKey || event.altKey || event.metaKey || at.closest('input, textarea, select, [contenteditable], dialog') || !areShortcutsOn()) return;
      const work = current.current[event.key];
      if (!work) return;
      event.preventDefault();
      work();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
