/** Words of what is fetched behind the panel, in all languages. A text with {n} is filled in. */
const en = {
  thanks: 'Thank you.',
  rate: 'How was this conversation?',
  rateOf: '{n} of 5',
  agree: 'I agree',
  decline: 'No, thank you',
  declined: 'Without your consent nothing is sent. You can reach us in other ways.',
  policy: 'Privacy policy',
  withdraw: 'Withdraw consent and delete this conversation',
  attach: 'Send a picture or a PDF',
  tooLarge: 'Keep a file under {n} MB.',
};
export type LaterTexts = typeof en;

const LANGUAGES: Record<string, LaterTexts> = {
  en,
  ar: {
    thanks: 'شكرًا لك.',
    rate: 'كيف كانت هذه المحادثة؟',
    rateOf: '{n} من 5',
    agree: 'أوافق',
    decline: 'لا، شكرًا',
    declined: 'لن يُرسل أي شيء دون موافقتك. يمكنك التواصل معنا بطرق أخرى.',
    policy: 'سياسة الخصوصية',
    withdraw: 'سحب الموافقة وحذف هذه المحادثة',
    attach: 'إرسال صورة أو ملف PDF',
    tooLarge: 'يجب أن يكون حجم الملف أقل من {n} ميغابايت.',
  },
  de: {
    thanks: 'Danke.',
    rate: 'Wie war dieses Gespräch?',
    rateOf: '{n} von 5',
    agree: 'Einverstanden',
    decline: 'Nein, danke',
    declined: 'Ohne Ihre Einwilligung wird nichts gesendet. Sie erreichen uns auch auf anderen Wegen.',
    policy: 'Datenschutzerklärung',
    withdraw: 'Einwilligung widerrufen und dieses Gespräch löschen',
    attach: 'Bild oder PDF senden',
    tooLarge: 'Dateien bitte unter {n} MB halten.',
  },
  es: {
    thanks: 'Gracias.',
    rate: '¿Qué tal esta conversación?',
    rateOf: '{n} de 5',
    agree: 'Acepto',
    decline: 'No, gracias',
    declined: 'Sin tu consentimiento no se envía nada. Puedes contactarnos por otros medios.',
    policy: 'Política de privacidad',
    withdraw: 'Retirar el consentimiento y borrar esta conversación',
    attach: 'Enviar una imagen o un PDF',
    tooLarge: 'El archivo debe ocupar menos de {n} MB.',
  },
  fr: {
    thanks: 'Merci.',
    rate: 'Comment était cette conversation ?',
    rateOf: '{n} sur 5',
    agree: 'J’accepte',
    decline: 'Non, merci',
    declined: 'Sans votre accord, rien n’est envoyé. Vous pouvez nous joindre autrement.',
    policy: 'Politique de confidentialité',
    withdraw: 'Retirer mon accord et supprimer cette conversation',
    attach: 'Envoyer une image ou un PDF',
    tooLarge: 'Le fichier doit faire moins de {n} Mo.',
  },
};

export const laterTexts = (language: string): LaterTexts => LANGUAGES[language] ?? en;
