import { useEffect, useState } from 'preact/hooks';
import { Done } from '../../parts/Form.tsx';

interface Way {
  name: string;
  where: string;
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
  { name: 'HTML', where: 'Paste this into every page, just before </body>.', code: line },
  { name: 'WordPress', where: 'In the footer of your theme, or in a plugin for custom code as “before </body>”.', code: line },
  { name: 'Shopify', where: 'Online Store › Themes › Edit code › theme.liquid, just before </body>.', code: line },
  {
    name: 'React, Next',
    where: 'In the component that is around every page.',
    code: (src, id) => `useEffect(() => {\n${byHand(src, id, '  ')}\n  return () => window.Netia?.('destroy');\n}, []);`,
  },
  { name: 'Vue', where: 'In the script of App.vue.', code: (src, id) => `onMounted(() => {\n${byHand(src, id, '  ')}\n});` },
  {
    name: 'Tag Manager',
    where: 'A tag of the kind Custom HTML, fired on all pages. Tag Manager drops the attributes of a pasted script, so this one makes it.',
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
      <h2 id="snippet-title">Put it on your pages</h2>
      <fieldset class="tabs">
        <legend class="unseen">Your site is made with</legend>
        {WAYS.map(({ name }, i) => (
          <label key={name}>
            <input type="radio" name="way" class="unseen" checked={i === at} onChange={() => setAt(i)} />
            {name}
          </label>
        ))}
      </fieldset>
      <p>{way.where}</p>
      <pre class="snippet">
        <code>{code}</code>
      </pre>
      <span class="line">
        <button type="button" class="main" onClick={() => navigator.clipboard.writeText(code).then(() => setCopied(true))}>
          Copy
        </button>
        <Done>{isCopied ? 'Copied.' : ''}</Done>
      </span>
    </section>
  );
}
