/** What is fetched behind the panel: how answers are drawn, what is agreed to, how it was. */
export { Answer } from './Answer.tsx';
export { Consent } from './Consent.tsx';
export { Rating } from './Rating.tsx';
