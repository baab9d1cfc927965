import { normalizeText } from '../../knowledge/normalize-text.ts';

/**
 * Words that open an answer or are polite and claim nothing, in any order. No "yes", "can" or "we do": said about a
 * question, those are answers.
 */
const POLITE = new Set(
  `sure certainly of course absolutely gladly great good excellent question hello hi hey welcome thanks thank you your for asking i m am be to happy glad pleased here s is are the a an
  what found information info details overview summary answer answers some following steps options list at glance as follows below about regarding on this that it help let me explain happily quick short news with how works work about your
  gerne natürlich klar selbstverständlich sicher hallo guten tag danke für die frage ihre deine hier sind ist finden sie findest du informationen angaben infos übersicht antwort das habe ich gefunden dazu folgende gute helfe ihnen dir weiter was zu zur zum wie folgt
  claro por supuesto desde luego hola gracias aquí tiene tienes está están la el los las información datos detalles respuesta su tu pregunta lo que he encontrado encontré con gusto encantado encantada de ayudarle ayudarte sobre
  bien sûr certainement bonjour merci voici les le la l informations détails réponse votre ta question ce que j ai trouvé avec plaisir volontiers à pour sur de du des vos
  certo certamente naturalmente ciao buongiorno grazie ecco le la i il gli informazioni dettagli risposta tua sua domanda quello che ho trovato volentieri con piacere per sulle sulla sui di
  natuurlijk graag hallo hier is de informatie claro olá obrigado obrigada aqui está estão as informações
  بالتأكيد بالطبع طبعا مرحبا أهلا شكرا لسؤالك على سؤالك إليك اليك المعلومات التفاصيل ما وجدته يسعدني مساعدتك هذه هي`
    .split(/\s+/)
    .flatMap((word) => normalizeText(word)),
);
/** The same for scripts that do not set their words apart: taken away, nothing may be left. */
const POLITE_CJK =
  /当然|好的|没问题|您好|你好|感谢您?的?提问|谢谢|以下是?|这是|为您|我找到的?|相关|有关|信息|内容|详情|如下|很高兴|もちろん|承知(?:しました|いたしました)|こんにちは|ありがとうございます|ご質問|以下の?(?:とおり|通り)?|こちらが?|情報|ご案内(?:します|いたします)?|詳細|です|ます|は|が|の|に|を|：|て|了/gu;
/** A pointer at what follows may name it: "Here is how returns work:". */
const POINTER = /^\W*(?:(?:sure|gerne|claro|certo|bien sûr)\W+)?(?:here(?:'s|’s| is| are)|hier (?:sind|ist)|aquí|voici|ecco|the following|below)\b.*:\W*$/iu;
const NAMED_MAX = 4;

/**
 * Whether a sentence only opens an answer ("Sure:", "Here is what I found:") and claims nothing, so that it needs no
 * source. A figure is always a claim.
 * @param named whether a word stands in the question or in what the passages are called.
 */
export function isLeadIn(sentence: string, named: (word: string) => boolean): boolean {
  const text = normalizeText(sentence);
  if (/\d|https?:|@|\]\(/.test(text)) return false;
  if (/[\p{Script=Han}\p{Script=Hiragana}]/u.test(text)) return text.replace(POLITE_CJK, '').replace(/[\p{P}\s]/gu, '') === '';
  const words = text.match(/[\p{L}\p{M}]+/gu) ?? [];
  const others = words.filter((word) => !POLITE.has(word));
  if (words.length === 0) return false;
  return others.length === 0 || (POINTER.test(sentence.trim()) && others.length <= NAMED_MAX && others.every(named));
}

/** The sentence without what only opens it: of "Sure: within 30 days" the part with the claim. */
export function withoutLeadIn(sentence: string): string {
  const [, lead, rest] = /^(\s*[^\d,:!—]{2,60}[,:!—，：！、]\s*)(.*\S.*)$/su.exec(sentence) ?? [];
  return lead && rest && isLeadIn(lead, () => false) ? rest : sentence;
}
