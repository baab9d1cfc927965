/** The project's public key, as in the file name of Tidio's loader. It names a tenant and proves nothing. */
export const TIDIO_PUBLIC_KEY = /^[a-z0-9]{32}$/;
export const TIDIO_UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const TICKET = /^tidio-ticket:(\d{1,15})$/;

/** A contact has one thread of chat. Its id is the only one that Flows and webhooks have in common. */
export const contactSession = (contactId: string): string => `tidio:${contactId.toLowerCase()}`;
export const ticketSession = (ticketId: number): string => `tidio-ticket:${ticketId}`;

/** The ticket a conversation is about; undefined: it is a contact's chat. */
export function ticketOf(sessionId: string): number | undefined {
  const number = TICKET.exec(sessionId)?.[1];
  return number === undefined ? undefined : Number(number);
}
