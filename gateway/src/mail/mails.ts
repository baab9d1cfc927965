import type { Mail } from './mailer.ts';

/** Subjects are fixed: what others have written stands in the text alone, and makes no mail of ours a letter of theirs. */
export function passwordMail(to: string, url: string): Mail {
  return {
    to,
    subject: 'A new password for Netia',
    text: `Somebody asked for a new password for the account with this address. Choose one here:

${url}

The link is good for an hour, and once. If it was not you, leave it: nothing has changed.`,
  };
}

/** @param tenantName as the tenant calls itself. */
export function invitationMail(to: string, url: string, tenantName: string): Mail {
  return {
    to,
    subject: 'You are invited to work in Netia',
    text: `You are invited to answer visitors and look after the knowledge of this business:

  ${oneLine(tenantName)}

Join here:

${url}

The link is good for seven days, and once. If you know nothing of it, leave it.`,
  };
}

/** Short, on one line, and without anything that a mail program makes a link of. */
const oneLine = (name: string) =>
  name
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .replace(/(\w)\.(?=\w)/g, '$1 .')
    .replaceAll('://', ': //')
    .slice(0, 100);
