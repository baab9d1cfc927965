import type { KnowledgeInput } from './stack.ts';

/** What the tenant of the tests has written. */
export const SHOP: KnowledgeInput[] = [
  {
    format: 'markdown',
    title: 'Delivery and returns',
    url: 'https://tidewater.invalid/help/delivery',
    content: `# Delivery and returns

## Delivery

Parcels leave the harbour on the day of roasting and arrive within three working days. Delivery within the country costs € 4.50, and nothing from € 40 on.

## Returns

Unopened bags can be returned within 30 days. Write to post@tidewater.invalid and we send a label.
`,
  },
  {
    format: 'faq',
    title: 'Where is the roastery?',
    content: 'At Quay 4, behind the fish hall. The door is open from Tuesday to Saturday, eight to four.',
    url: 'https://tidewater.invalid/visit',
  },
  {
    format: 'faq',
    title: 'What does a coffee subscription cost?',
    content: 'A subscription costs € 21 a month for two bags of 250 g. It can be paused at any time.',
    url: 'https://tidewater.invalid/subscription',
  },
  {
    format: 'markdown',
    title: 'Grinder',
    url: 'https://tidewater.invalid/grinder',
    content: `# Cleaning the grinder

To clean the grinder, do this once a month:

1. Unplug it.
2. Take the hopper off and brush the **burrs**.
3. Run 20 g of rice through it.

Set it with \`grind --size 14\` for a moka pot.
`,
  },
  {
    format: 'text',
    title: 'قهوتنا',
    content: 'نحمص القهوة في الميناء كل يوم ثلاثاء. يكلف الكيس الواحد 11 يورو ويكفي لثلاثين فنجانا.',
    url: 'https://tidewater.invalid/ar/coffee',
  },
];

/** Questions with what their answers say. The first is no question about a price: those bring the contact form with them. */
export const DELIVERY = { question: 'Is delivery within the country free?', answer: 'Delivery within the country costs € 4.50' };
export const GRINDER = { question: 'How do I clean the grinder?', answer: 'Unplug it' };
export const UNKNOWN = 'Which football club won the cup in 1987?';
export const PRICE = 'What does a coffee subscription cost?';
