/** Full-screen on a phone the page behind cannot be seen, so focus must not wander there. */
export function keepFocusInside(event: KeyboardEvent): void {
  const panel = event.currentTarget as HTMLElement;
  if (panel.offsetWidth < window.innerWidth) return;
  const stops = [...panel.querySelectorAll<HTMLElement>('button:not([disabled]), a[href], textarea, input, summary')];
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  const active = (panel.getRootNode() as ShadowRoot).activeElement;
  if (active !== edge) return;
  event.preventDefault();
  (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
}
