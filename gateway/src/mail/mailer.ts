import { createTransport } from 'nodemailer';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';

export interface MailConfig {
  /** smtp:// or smtps://, with user and password in it. */
  url: string;
  /** The sender, as `Netia <netia@example.com>`. */
  from: string;
}

/** A mail in plain words. Nothing of a visitor's is ever in one. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
}

/** Milliseconds that the mail server may take for each step; nobody waits for it with a request open. */
const PATIENCE_MS = 10_000;

/** Hands mails to a mail server, which sees to it that they arrive. */
export class Mailer {
  readonly #transport: ReturnType<typeof createTransport>;
  readonly #log: Log;
  readonly #sent: Metrics['mails'];

  constructor({ url, from }: MailConfig, log: Log, metrics: Pick<Metrics, 'mails'>) {
    this.#transport = createTransport(
      { url, connectionTimeout: PATIENCE_MS, greetingTimeout: PATIENCE_MS, socketTimeout: PATIENCE_MS, disableFileAccess: true, disableUrlAccess: true },
      { from },
    );
    this.#log = log;
    this.#sent = metrics.mails;
  }

  /** Begins to send; what the server refuses is logged, without address and words. */
  begin(kind: string, mail: Mail): void {
    this.#transport.sendMail(mail).then(
      () => {
        this.#sent.inc({ kind, outcome: 'sent' });
        this.#log.info({ mail: kind }, 'mail sent');
      },
      // The server's words may repeat the address.
      (error: { code?: string; responseCode?: number }) => {
        this.#sent.inc({ kind, outcome: 'failed' });
        this.#log.warn({ mail: kind, code: error.code, status: error.responseCode }, 'a mail could not be sent');
      },
    );
  }

  close(): void {
    this.#transport.close();
  }
}
