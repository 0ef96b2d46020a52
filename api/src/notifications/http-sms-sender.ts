import { BaseError } from '@hookswitch/kernel/base-error';
import type { OutboundHttp } from '../outbound-http/index.js';
import type { Message, MessageSender } from './message-sender.js';

export interface SmsSettings {
  readonly url: string;
  /** The Authorization header, where one is needed. */
  readonly authorization: string | undefined;
}

export class SmsRefusedError extends BaseError {
  constructor(status: number) {
    super('upstream', 'sms-refused', `The SMS service answered ${status}.`);
  }
}

/** Hands SMS to a service of the operator's: POST of `{ to, text, purpose }` as JSON; any 2xx is taken. */
export class HttpSmsSender implements MessageSender {
  readonly #http: OutboundHttp;
  readonly #settings: SmsSettings;

  constructor(http: OutboundHttp, settings: SmsSettings) {
    this.#http = http;
    this.#settings = settings;
  }

  async send({ to, text, purpose }: Message): Promise<void> {
    const { url, authorization } = this.#settings;
    const { status } = await this.#http.request({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
      body: JSON.stringify({ to, text, purpose }),
    });
    if (status < 200 || status > 299) throw new SmsRefusedError(status);
  }
}
