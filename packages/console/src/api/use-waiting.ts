import type { InboxItem } from '@netia/protocol';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../texts/texts.ts';
import { useChanges } from './use-changes.ts';
import { useData } from './use-data.ts';

/** Changes are told as they happen; this is for what got lost on the way. */
const EVERY_MS = 20_000;

/**
 * How many conversations wait for a person. With the browser's permission, says so aloud to the desktop when one more does
 * while the page is not looked at; what the visitor wrote stays out of it, for others may see the screen.
 * @param isAllowed whether the role may read conversations.
 */
export function useWaiting(isAllowed: boolean): number {
  const { data, reload } = useData<{ items: InboxItem[] }>(isAllowed ? '/v1/admin/inbox?only=waiting&limit=100' : undefined, EVERY_MS, true);
  useChanges(isAllowed, () => void reload());
  const waiting = data?.items ?? [];
  const known = useRef<Set<string>>(undefined);
  useEffect(() => {
    if (!data) return;
    const isNew = known.current && waiting.some(({ id }) => !known.current?.has(id));
    known.current = new Set(waiting.map(({ id }) => id));
    if (isNew) playChime();
    if (isNew && document.hidden && 'Notification' in window && Notification.permission === 'granted') {
      const notice = new Notification(t.common.somebodyWaits, { tag: 'netia-waiting' });
      notice.onclick = () => {
        window.focus();
        location.hash = '#/inbox';
      };
    }
  });
  return waiting.length;
}

/** Two soft notes. Browsers play nothing before somebody has clicked, and that is right: then nobody sits there. */
function playChime(): void {
  if (!navigator.userActivation?.hasBeenActive) return;
  const audio = new AudioContext();
  for (const [i, hertz] of [660, 880].entries()) {
    const at = audio.currentTime + i * 0.16;
    const tone = new OscillatorNode(audio, { frequency: hertz });
    const loudness = new GainNode(audio, { gain: 0 });
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(0.15, at + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.001, at + 0.4);
    tone.connect(loudness).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.45);
  }
  setTimeout(() => void audio.close(), 1_500);
}
