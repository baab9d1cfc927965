import type { Me, WidgetSettings } from '@netia/protocol';
import { onBrand } from '@netia/widget/on-brand';
import type { Texts } from '@netia/widget/texts/en';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { site } from '../../texts/site.ts';

/** The widget's own words, each language fetched when it is chosen. */
const TEXTS: Record<WidgetSettings['language'], () => Promise<{ texts: Texts }>> = {
  en: () => import('@netia/widget/texts/en'),
  es: () => import('@netia/widget/texts/es'),
  de: () => import('@netia/widget/texts/de'),
  fr: () => import('@netia/widget/texts/fr'),
  ar: () => import('@netia/widget/texts/ar'),
};

interface PreviewProps {
  settings: WidgetSettings;
  /** Where the picture is; empty: there is none. */
  logo: string;
  tenant: Me['tenant'];
}

/** The widget as it will look, drawn while one types. */
export function Preview({ settings, logo, tenant }: PreviewProps) {
  const box = useRef<HTMLDivElement>(null);
  // Before it is painted. A style attribute would be what the page's policy forbids.
  useLayoutEffect(() => {
    box.current?.style.setProperty('--brand', settings.color);
    box.current?.style.setProperty('--on-brand', onBrand(settings.color));
    box.current?.style.setProperty('color-scheme', settings.appearance === 'auto' ? '' : settings.appearance);
  }, [settings.color, settings.appearance]);
  const texts = useTexts(settings.language);
  return (
    <div class={`preview ${settings.position}`} ref={box} role="img" aria-label={site.look.preview}>
      <div class="preview-panel">
        <div class="preview-head" dir="auto">
          {logo && <img src={logo} alt="" />}
          {settings.title}
        </div>
        <div class="preview-body" dir="auto">
          {texts && (
            <p class="preview-ai" dir="auto">
              {texts.aiNotice.replace('{name}', tenant.name)}
            </p>
          )}
          {settings.greeting && <p>{settings.greeting}</p>}
          {settings.suggestions
            .filter((line) => line.trim())
            .map((line) => (
              <span class="preview-suggestion" key={line}>
                {line}
              </span>
            ))}
        </div>
        <div class="preview-field" dir="auto">
          {texts?.placeholder}
        </div>
      </div>
      <div class="preview-launcher" />
    </div>
  );
}

function useTexts(language: WidgetSettings['language']): Texts | undefined {
  const [texts, setTexts] = useState<Texts>();
  useEffect(() => {
    let isWanted = true;
    TEXTS[language]().then(
      (fetched) => isWanted && setTexts(fetched.texts),
      // After an update of the gateway the old page's parts are gone. What one set is drawn all the same.
      () => {},
    );
    return () => {
      isWanted = false;
    };
  }, [language]);
  return texts;
}
