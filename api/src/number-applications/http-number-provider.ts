import type { OutboundHttp } from '../outbound-http/index.js';
import type { NumberApplication } from './number-application.js';
import { numberApplicationView } from './number-application-view.js';
import type { NumberProvider } from './number-provider.js';

/** Posts the application as the API shows it; any 2xx means that it was taken. */
export class HttpNumberProvider implements NumberProvider {
  readonly #http: OutboundHttp;
  readonly #url: string;

  constructor(http: OutboundHttp, url: string) {
    this.#http = http;
    this.#url = url;
  }

  async tell(application: NumberApplication): Promise<void> {
    const { status } = await this.#http.request({
      method: 'POST',
      url: this.#url,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(numberApplicationView(application)),
    });
    if (status < 200 || status > 299) throw new Error(`The number provider answered ${status}.`);
  }
}
