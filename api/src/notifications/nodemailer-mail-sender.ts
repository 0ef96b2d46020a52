import { createTransport } from 'nodemailer';
import type { Message, MessageSender } from './message-sender.js';

/** A server that is slower than that is taken for gone, milliseconds. */
const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };

export interface MailSettings {
  /** `smtp://user:password@host:587` or `smtps://…`. */
  readonly url: string;
  /** `Name <address>`. */
  readonly from: string;
}

/** Sends mails by SMTP. */
export class NodemailerMailSender implements MessageSender {
  readonly #transport: ReturnType<typeof createTransport>;
  readonly #from: string;

  constructor({ url, from }: MailSettings) {
    this.#transport = createTransport(
      // No file or URL is ever read on behalf of a message, and nothing of it is logged.
      { url, ...timeouts, disableFileAccess: true, disableUrlAccess: true, logger: false },
    );
    this.#from = from;
  }

  async send({ to, subject, text }: Message): Promise<void> {
    // An object, so that what stands in an address is never taken for a list of them.
    await this.#transport.sendMail({ from: this.#from, to: { name: '', address: to }, subject, text });
  }
}
