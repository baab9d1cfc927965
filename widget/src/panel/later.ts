/** What is fetched behind the panel: how answers are drawn, why something failed, what is agreed to, what is sent beside words, how it was; the keys, and what is read out. */
export { Answer } from './Answer.tsx';
export { Attach } from './Attach.tsx';
export { Consent, Withdraw } from './Consent.tsx';
export { Failed } from './Failed.tsx';
export { keepFocusInside } from './keep-focus-inside.ts';
export { Problem } from './Problem.tsx';
export { Rating } from './Rating.tsx';
export { withoutMarks } from './without-marks.ts';
