import { useEffect, useRef, useState } from 'preact/hooks';
import { Done } from '../../parts/Form.tsx';
import { site } from '../../texts/site.ts';

interface Way {
  says: { name: string; where: string };
  code: (src: string, id: string) => string;
}

const line = (src: string, id: string) => `<script async src="${src}" data-website-id="${id}"></script>`;
/** For what takes scripts apart and puts them together again without their data- attributes. */
const byHand = (src: string, id: string, indent = '') =>
  [
    `const script = document.createElement('script');`,
    `script.async = true;`,
    `script.src = '${src}';`,
    `script.dataset.websiteId = '${id}';`,
    `document.body.append(script);`,
  ]
    .map((text) => indent + text)
    .join('\n');

const WAYS: Way[] = [
  { says: site.snippet.html, code: line },
  { says: site.snippet.wordPress, code: line },
  { says: site.snippet.shopify, code: line },
  {
    says: site.snippet.react,
    code: (src, id) => `useEffect(() => {\n${byHand(src, id, '  ')}\n  return () => window.Netia?.('destroy');\n}, []);`,
  },
  { says: site.snippet.vue, code: (src, id) => `onMounted(() => {\n${byHand(src, id, '  ')}\n});` },
  {
    says: site.snippet.tagManager,
    code: (src, id) => `<script>\n${byHand(src, id, '  ')}\n</script>`,
  },
];

/** The line for a site, as each kind of site takes it. */
export function Snippet({ websiteId }: { websiteId: string }) {
  const [at, setAt] = useState(0);
  const [outcome, setOutcome] = useState<'copied' | 'selected'>();
  const shown = useRef<HTMLElement>(null);
  useEffect(() => {
    if (outcome !== 'copied') return;
    const timer = setTimeout(() => setOutcome(undefined), 3_000);
    return () => clearTimeout(timer);
  }, [outcome]);
  const choose = (way: number) => {
    setAt(way);
    setOutcome(undefined);
  };
  const way = WAYS[at] as Way;
  const code = way.code(`${location.origin}/widget.js`, websiteId);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(code);
      setOutcome('copied');
    } catch {
      // There is no clipboard without https, and the browser may refuse it elsewhere too.
      if (shown.current) getSelection()?.selectAllChildren(shown.current);
      setOutcome('selected');
    }
  };
  return (
    <section class="card" aria-labelledby="snippet-title">
      <h2 id="snippet-title">{site.snippet.title}</h2>
      <fieldset class="tabs">
        <legend class="unseen">{site.snippet.madeWith}</legend>
        {WAYS.map(({ says: { name } }, i) => (
          <label key={name}>
            <input type="radio" name="way" class="unseen" checked={i === at} onChange={() => choose(i)} />
            {name}
          </label>
        ))}
      </fieldset>
      <p>{way.says.where}</p>
      <pre class="snippet">
        <code ref={shown}>{code}</code>
      </pre>
      <span class="line">
        <button type="button" class="main" onClick={copy}>
          {site.snippet.copy}
        </button>
        <Done>{outcome ? site.snippet[outcome] : ''}</Done>
      </span>
    </section>
  );
}
