import type { WIDGET_LANGUAGES } from '@netia/protocol';

type PhraseLanguage = (typeof WIDGET_LANGUAGES)[number];

/** What the agent says in its own words: never a claim about the business. */
export interface Phrases {
  /** In whose manner times are written. */
  locale: string;
  hello: string;
  thanks: string;
  abstain: string;
  nearest: string;
  /** Before two sentences of the tenant's texts that say different things. */
  disagree: string;
  handoffOffer: string;
  handoffRequested: string;
  /** Outside the hours that the tenant keeps; {time} is when somebody is there next. */
  closedUntil: string;
  handoffDisabled: string;
  contactNoted: string;
  failed: string;
  /** To what has no text: pictures, files, recordings. */
  textOnly: string;
  /** Where no form can be shown. */
  askContact: string;
  /** The choice that asks for a person. */
  person: string;
  /** Before the list of sources. */
  sources: string;
  /** Over the first answer in a chat that is not ours, where nothing else says who is speaking. */
  isAi: string;
}

const PHRASES: Record<PhraseLanguage, Phrases> = {
  en: {
    locale: 'en-GB',
    hello: 'Hello! What would you like to know?',
    thanks: 'You are welcome. Is there anything else?',
    abstain: 'I could not find an answer to that in what I have been given.',
    nearest: 'The closest I have is about:',
    disagree: 'What I have been given does not agree on this:',
    handoffOffer: 'Would you like a person to take this up?',
    handoffRequested: 'This conversation is now with the team. A person will answer here as soon as they can.',
    closedUntil: 'Right now nobody is there. The team is back on {time}.',
    handoffDisabled: 'I can only answer from what I have been given; nobody is available in this chat.',
    contactNoted: 'Thank you, I have passed your contact details on.',
    failed: 'Something went wrong on my side and I could not finish this answer.',
    textOnly: 'I can only read text so far. Please describe in words what you need.',
    askContact: 'How can we reach you? Please leave your name and an e-mail address or phone number.',
    person: 'Talk to a person',
    sources: 'Source:',
    isAi: 'Automatic answer from an AI assistant.',
  },
  es: {
    locale: 'es',
    hello: '¡Hola! ¿Qué te gustaría saber?',
    thanks: 'De nada. ¿Algo más?',
    abstain: 'No he encontrado una respuesta a eso en la información que tengo.',
    nearest: 'Lo más cercano que tengo trata de:',
    disagree: 'La información que tengo no coincide en esto:',
    handoffOffer: '¿Quieres que lo atienda una persona?',
    handoffRequested: 'Esta conversación está ahora con el equipo. Una persona te responderá aquí en cuanto pueda.',
    closedUntil: 'Ahora mismo no hay nadie. El equipo vuelve el {time}.',
    handoffDisabled: 'Solo puedo responder con la información que tengo; no hay nadie disponible en este chat.',
    contactNoted: 'Gracias, he pasado tus datos de contacto.',
    failed: 'Algo ha fallado por mi parte y no he podido terminar esta respuesta.',
    textOnly: 'Por ahora solo puedo leer texto. Describe con palabras lo que necesitas, por favor.',
    askContact: '¿Cómo podemos contactarte? Deja tu nombre y un correo o teléfono, por favor.',
    person: 'Hablar con una persona',
    sources: 'Fuente:',
    isAi: 'Respuesta automática de un asistente de IA.',
  },
  de: {
    locale: 'de',
    hello: 'Hallo! Was möchten Sie wissen?',
    thanks: 'Gern geschehen. Kann ich sonst noch helfen?',
    abstain: 'Dazu habe ich in dem, was mir vorliegt, keine Antwort gefunden.',
    nearest: 'Am nächsten kommt:',
    disagree: 'Was mir vorliegt, ist sich darin nicht einig:',
    handoffOffer: 'Soll sich ein Mensch darum kümmern?',
    handoffRequested: 'Dieses Gespräch liegt jetzt beim Team. Ein Mensch antwortet hier, sobald es geht.',
    closedUntil: 'Gerade ist niemand da. Das Team ist wieder erreichbar: {time}.',
    handoffDisabled: 'Ich kann nur aus dem antworten, was mir vorliegt; in diesem Chat ist niemand erreichbar.',
    contactNoted: 'Danke, ich habe Ihre Kontaktdaten weitergegeben.',
    failed: 'Bei mir ist etwas schiefgegangen, und ich konnte diese Antwort nicht beenden.',
    textOnly: 'Ich kann bisher nur Text lesen. Bitte beschreiben Sie in Worten, was Sie brauchen.',
    askContact: 'Wie erreichen wir Sie? Bitte hinterlassen Sie Ihren Namen und eine E-Mail-Adresse oder Telefonnummer.',
    person: 'Mit einem Menschen sprechen',
    sources: 'Quelle:',
    isAi: 'Automatische Antwort eines KI-Assistenten.',
  },
  fr: {
    locale: 'fr',
    hello: 'Bonjour ! Que souhaitez-vous savoir ?',
    thanks: 'Avec plaisir. Autre chose ?',
    abstain: "Je n'ai pas trouvé de réponse à cela dans les informations dont je dispose.",
    nearest: 'Ce qui s’en approche le plus :',
    disagree: 'Les informations dont je dispose ne concordent pas sur ce point :',
    handoffOffer: 'Voulez-vous qu’une personne s’en occupe ?',
    handoffRequested: 'Cette conversation est maintenant auprès de l’équipe. Une personne vous répondra ici dès que possible.',
    closedUntil: 'Il n’y a personne en ce moment. L’équipe est de retour le {time}.',
    handoffDisabled: 'Je ne peux répondre qu’à partir des informations dont je dispose ; personne n’est disponible dans ce chat.',
    contactNoted: 'Merci, j’ai transmis vos coordonnées.',
    failed: 'Un problème est survenu de mon côté et je n’ai pas pu terminer cette réponse.',
    textOnly: 'Pour l’instant, je ne peux lire que du texte. Décrivez votre besoin en quelques mots, s’il vous plaît.',
    askContact: 'Comment pouvons-nous vous joindre ? Laissez votre nom et une adresse e-mail ou un numéro de téléphone.',
    person: 'Parler à une personne',
    sources: 'Source :',
    isAi: 'Réponse automatique d’un assistant IA.',
  },
  ar: {
    locale: 'ar',
    hello: 'مرحبًا! ماذا تود أن تعرف؟',
    thanks: 'على الرحب والسعة. هل من شيء آخر؟',
    abstain: 'لم أجد إجابة عن ذلك في المعلومات المتوفرة لدي.',
    nearest: 'أقرب ما لدي يتعلق بـ:',
    disagree: 'المعلومات المتوفرة لدي غير متفقة في هذا:',
    handoffOffer: 'هل تريد أن يتولى شخص هذا الأمر؟',
    handoffRequested: 'هذه المحادثة الآن لدى الفريق، وسيرد عليك شخص هنا في أقرب وقت ممكن.',
    closedUntil: 'لا يوجد أحد الآن. سيعود الفريق في: {time}.',
    handoffDisabled: 'لا أستطيع الإجابة إلا من المعلومات المتوفرة لدي، ولا يوجد أحد متاح في هذه المحادثة.',
    contactNoted: 'شكرًا لك، لقد نقلت بيانات الاتصال الخاصة بك.',
    failed: 'حدث خطأ من جانبي ولم أتمكن من إكمال هذه الإجابة.',
    textOnly: 'لا أستطيع حتى الآن قراءة سوى النصوص. يُرجى وصف ما تحتاجه بالكلمات.',
    askContact: 'كيف يمكننا التواصل معك؟ يُرجى ترك اسمك وبريدك الإلكتروني أو رقم هاتفك.',
    person: 'التحدث مع شخص',
    sources: 'المصدر:',
    isAi: 'رد تلقائي من مساعد ذكاء اصطناعي.',
  },
};

/** The agent's own words in the first of these languages that it speaks. */
export function phrasesFor(...languages: (string | null | undefined)[]): Phrases {
  for (const language of languages) {
    const base = language?.slice(0, 2).toLowerCase();
    if (base && base in PHRASES) return PHRASES[base as PhraseLanguage];
  }
  return PHRASES.en;
}

/** Whether an answer ends by offering a person. */
export function isHandoffOffer(text: string): boolean {
  return Object.values(PHRASES).some((phrases) => text.trimEnd().endsWith(phrases.handoffOffer));
}
