/** What is fetched behind the panel: how answers are drawn, what is agreed to, what is sent beside words, how it was. */
export { Answer } from './Answer.tsx';
export { Attach } from './Attach.tsx';
export { Consent, Withdraw } from './Consent.tsx';
export { Rating } from './Rating.tsx';
