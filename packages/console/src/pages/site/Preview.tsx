import type { WidgetSettings } from '@netia/protocol';
import { onBrand } from '@netia/widget/on-brand';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { site } from '../../texts/site.ts';

/** The widget as it will look, drawn while one types. */
export function Preview({ settings, savedLogo, websiteId }: { settings: WidgetSettings; savedLogo: string; websiteId: string }) {
  const box = useRef<HTMLDivElement>(null);
  // Before it is painted. A style attribute would be what the page's policy forbids.
  useLayoutEffect(() => {
    box.current?.style.setProperty('--brand', settings.color);
    box.current?.style.setProperty('--on-brand', onBrand(settings.color));
    box.current?.style.setProperty('color-scheme', settings.appearance === 'auto' ? '' : settings.appearance);
  }, [settings.color, settings.appearance]);
  return (
    <div class={`preview ${settings.position}`} ref={box} role="img" aria-label={site.look.preview}>
      <div class="preview-panel">
        <div class="preview-head" dir="auto">
          {settings.logo && settings.logo === savedLogo ? (
            <img src={`/v1/widget/logo/${encodeURIComponent(websiteId)}/${settings.logo}`} alt="" />
          ) : (
            settings.logo && <span class="badge">{site.look.logo}</span>
          )}
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
