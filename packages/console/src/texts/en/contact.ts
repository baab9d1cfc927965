export const contact = {
  title: 'Leads and hand-over',
  leads: {
    title: 'Leads',
    enable: 'Ask visitors how they can be reached',
    enableHint: 'While nobody knows it: at a hand-over, and when an answered question was about prices, a demo or a complaint.',
    asksFor: 'It asks for',
    fields: { name: 'Name', email: 'E-mail address', phone: 'Phone number', company: 'Company' },
  },
  handoff: {
    title: 'Hand-over to a person',
    enable: 'Let visitors ask for a person',
    enableHint: 'Without it the widget has no button for it, and the agent says that nobody is available in this chat.',
    message: 'What a visitor reads who asks for a person',
    messageHint: 'Empty: the agent’s own words, in the visitor’s language.',
  },
};
