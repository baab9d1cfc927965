import type { WidgetSettings } from '@netia/protocol';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** Black or white, whichever reads better on a colour (WCAG's contrast of the two is equal at a luminance of 0.179). */
function readableOn(color: string): string {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? '#000' : '#fff';
}

/** The widget as it will look, drawn while one types. */
export function Preview({ settings }: { settings: WidgetSettings }) {
  const box = useRef<HTMLDivElement>(null);
  // Before it is painted. A style attribute would be what the page's policy forbids.
  useLayoutEffect(() => {
    box.current?.style.setProperty('--brand', settings.color);
    box.current?.style.setProperty('--on-brand', readableOn(settings.color));
  }, [settings.color]);
  return (
    <div class={`preview ${settings.position}`} ref={box} role="img" aria-label="How the widget will look">
      <div class="preview-panel">
        <div class="preview-head" dir="auto">
          {settings.title}
        </div>
        <div class="preview-body" dir="auto">
          {settings.greeting && <p>{settings.greeting}</p>}
          {settings.suggestions
            .filter((line) => line.trim())
            .map((line) => (
              <span class="preview-suggestion" key={line}>
                {line}
              </span>
            ))}
        </div>
      </div>
      <div class="preview-launcher" />
    </div>
  );
}
