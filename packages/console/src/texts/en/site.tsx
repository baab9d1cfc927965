import type { ComponentChildren } from 'preact';

export const site = {
  installed: {
    title: 'Is it there?',
    working: 'Working',
    conversations: (first: ComponentChildren, newest: ComponentChildren): ComponentChildren => (
      <>
        First conversation {first}, newest {newest}.
      </>
    ),
    notSeen: 'Not seen yet',
    nobodyWrote: 'Nobody has written in the widget so far.',
    address: 'Address of a page of yours',
    looking: 'Looking…',
    look: 'Look for the snippet',
    found: 'Found',
    notFound: 'Not found',
  },

  look: {
    title: 'How it looks',
    greeting: 'Greeting',
    suggestions: 'Suggested questions, one a line, at most four',
    color: 'Colour',
    side: 'Side',
    right: 'Right',
    left: 'Left',
    appearance: 'Light or dark',
    asDevice: "As the visitor's device",
    light: 'Light',
    dark: 'Dark',
    language: "Language, where the visitor's own is not there",
    takesFiles: 'Visitors may send pictures and PDFs',
    chooseLogo: 'Choose a logo',
    anotherLogo: 'Another logo',
    withoutLogo: 'Without a logo',
    saved: 'Saved. Visitors see it within a minute.',
    preview: 'How the widget will look',
  },

  snippet: {
    title: 'Put it on your pages',
    madeWith: 'Your site is made with',
    html: { name: 'HTML', where: 'Paste this into every page, just before </body>.' },
    wordPress: { name: 'WordPress', where: 'In the footer of your theme, or in a plugin for custom code as “before </body>”.' },
    shopify: { name: 'Shopify', where: 'Online Store › Themes › Edit code › theme.liquid, just before </body>.' },
    react: { name: 'React, Next', where: 'In the component that is around every page.' },
    vue: { name: 'Vue', where: 'In the script of App.vue.' },
    tagManager: {
      name: 'Tag Manager',
      where: 'A tag of the kind Custom HTML, fired on all pages. Tag Manager drops the attributes of a pasted script, so this one makes it.',
    },
    copy: 'Copy',
    copied: 'Copied.',
    /** Where the browser lets no page copy, as without https. */
    selected: 'This browser does not let the page copy. It is selected: press Ctrl+C, or ⌘C on a Mac.',
  },
};
