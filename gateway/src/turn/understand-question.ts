import { analyzeText } from '../knowledge/analyze-text.ts';
import { detectLanguage } from '../knowledge/languages.ts';
import type { WeightedText } from '../knowledge/search-knowledge.ts';
import type { HistoryTurn } from './turn.ts';

/** What the visitor wants of this message, as far as fixed rules can tell without reading it. */
export type Wish = 'greeting' | 'thanks' | 'person' | 'question';

const GREETING =
  /^(hi|hello|hey|good (morning|afternoon|evening)|hola|buenos d[ií]as|buenas( tardes)?|hallo|guten (tag|morgen|abend)|bonjour|bonsoir|salut|ciao|buongiorno|مرحبا|السلام عليكم|أهلا|你好|こんにちは)( there| all)?[\s!.,،👋]*$/iu;
const THANKS =
  /^((ok(ay)?|great|perfect|super),?\s*)?(thanks?( you)?( (so|very) much)?|thx|gracias|danke( sch[öo]n)?|vielen dank|merci( beaucoup)?|grazie|شكرا( جزيلا)?|谢谢|ありがとう)[\s!.,،🙏]*$/iu;
const PERSON =
  /\b(talk|speak|chat|connect|transfer|put)\b[^.?!]{0,30}\b(to|with|through)\b[^.?!]{0,20}\b(human|person|someone|somebody|agent|operator|representative|support team|staff)\b|\b(real|live|human) (person|agent|human|operator)\b|^(human|agent|operator|representative)[\s!.]*$|\bhablar con (una persona|un humano|un agente|alguien)\b|\b(mit (einem|einer)|einen) (menschen|mitarbeiter|person|berater)\b[^.?!]{0,20}\b(sprechen|reden|chatten)\b|\bparler (à|avec) (un humain|une personne|quelqu.un|un conseiller)\b|(التحدث|اتكلم|أتكلم|أتحدث) (إلى|مع) (شخص|موظف|إنسان)/iu;

const YES =
  /^\W*(yes( please)?|yeah|yep|sure|ok(ay)?|please( do)?|s[ií]|claro|por favor|ja( bitte)?|gerne|bitte|oui|d'accord|volontiers|نعم|أجل|من فضلك)\W*$/iu;

/** @param offered whether the agent has just offered a person. */
export function readWish(text: string, offered = false): Wish {
  if (offered && YES.test(text)) return 'person';
  if (PERSON.test(text)) return 'person';
  if (GREETING.test(text)) return 'greeting';
  if (THANKS.test(text)) return 'thanks';
  return 'question';
}

/** A question that leans on what came before: short, or pointing back. */
const POINTS_BACK =
  /\b(it|its|they|them|their|that|this|these|those|he|she|one|ones|there|same|also|else|instead|eso|esto|ese|él|ella|también|das|dies|es|sie|dort|auch|cela|ça|il|elle|aussi)\b|^(and|or|but|so|y|und|et|what about|how about|why|when|where|how much|how long|how many)\b|(هذا|ذلك|هو|هي|هناك)/iu;

export function leansOnHistory(question: string): boolean {
  return POINTS_BACK.test(question) || question.split(/\s+/).length <= 4;
}

/** E-mail addresses, links and long numbers: whose they are nobody has written about, so they only blur a search. */
const ADDRESSES = /\S+@\S+|https?:\/\/\S+|\+?\d[\d\s().-]{6,}\d/g;

/**
 * The question with the conversation behind it, for search without a model: words of earlier turns count a little,
 * the less the older and the more the question says by itself, and those of the last answer least. Measured on
 * conversations: 77 -> 91.6 % of follow-ups found. More weight finds no more of them, and then what came before answers
 * "And the weather?".
 */
export function weighConversation(question: string, history: HistoryTurn[]): WeightedText[] {
  const asked = question.replace(ADDRESSES, ' ');
  const texts: WeightedText[] = [{ text: asked, weight: 1 }];
  const said = new Set(analyzeText(asked, detectLanguage(asked))).size;
  const share = 0.25 * (1 + 1 / Math.max(1, said));
  let age = 0;
  for (const turn of [...history].reverse().slice(0, 8)) {
    if (turn.role === 'visitor') texts.push({ text: turn.text, weight: share * 0.7 ** age++ });
    else if (age === 0) texts.push({ text: turn.text, weight: 0.1 });
  }
  return texts;
}
