/** What is fetched behind the panel: how answers are drawn, what is agreed to, what is sent beside words, how it was; and the keys. */
export { Answer } from './Answer.tsx';
export { Attach } from './Attach.tsx';
export { Consent, Withdraw } from './Consent.tsx';
export { keepFocusInside } from './keep-focus-inside.ts';
export { Rating } from './Rating.tsx';
