import { useEffect, useState } from 'preact/hooks';
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
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 3_000);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const way = WAYS[at] as Way;
  const code = way.code(`${location.origin}/widget.js`, websiteId);
  return (
    <section class="card" aria-labelledby="snippet-title">
      <h2 id="snippet-title">{site.snippet.title}</h2>
      <fieldset class="tabs">
        <legend class="unseen">{site.snippet.madeWith}</legend>
        {WAYS.map(({ says: { name } }, i) => (
          <label key={name}>
            <input type="radio" name="way" class="unseen" checked={i === at} onChange={() => setAt(i)} />
            {name}
          </label>
        ))}
      </fieldset>
      <p>{way.says.where}</p>
      <pre class="snippet">
        <code>{code}</code>
      </pre>
      <span class="line">
        <button type="button" class="main" onClick={() => navigator.clipboard.writeText(code).then(() => setCopied(true))}>
          {site.snippet.copy}
        </button>
        <Done>{isCopied ? site.snippet.copied : ''}</Done>
      </span>
    </section>
  );
}
