import {
  type OutboundFailure,
  type OutboundHttp,
  OutboundHttpError,
  type OutboundRequest,
  type OutboundResponse,
  outboundDefaults,
} from '@hookswitch/api/outbound-http/index';
import type { Clock } from '@hookswitch/kernel/clock';
import type { Mortal } from './mortal.js';

/** What a web site answers, and when: milliseconds from the arrival of the request. */
export type SiteAnswer =
  | {
      readonly afterMs: number;
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array;
    }
  | { readonly afterMs: number; readonly failure: OutboundFailure };

/** A web site of the simulated world. Asked at the moment the request is made. */
export type Site = (request: OutboundRequest, url: URL) => SiteAnswer;

/** Every web site there is, by host name. A host that is not there is not found. */
export class Internet {
  readonly #sites = new Map<string, Site>();

  site(host: string, site: Site): this {
    this.#sites.set(host, site);
    return this;
  }

  /** The internet as one process reaches it: its requests die with it. Keeps the promises of `OutboundHttp` on limits, redirects and signals. */
  as(clock: Clock, mortal: Mortal): OutboundHttp {
    return { request: (request) => mortal.guard(this.#request(request, clock)) };
  }

  async #request(request: OutboundRequest, clock: Clock): Promise<OutboundResponse> {
    const { timeoutMs = outboundDefaults.timeoutMs, maxRedirects = outboundDefaults.maxRedirects } = request;
    const deadline = clock.now() + timeoutMs;
    let url = new URL(request.url);
    for (let followed = 0; ; followed++) {
      const answer = this.#sites.get(url.hostname)?.(request, url) ?? {
        afterMs: 1,
        failure: 'host-not-found' as const,
      };
      await this.#wait(clock, answer.afterMs, deadline, request.signal);
      if ('failure' in answer) throw new OutboundHttpError(answer.failure, `Simulated: ${answer.failure}.`);
      const location = answer.headers?.location;
      if (answer.status >= 300 && answer.status < 400 && location !== undefined && maxRedirects > 0) {
        if (followed >= maxRedirects)
          throw new OutboundHttpError('too-many-redirects', 'Simulated: too many redirects.');
        url = new URL(location, url);
        continue;
      }
      const body = Buffer.from((answer.body ?? '') as Uint8Array);
      if (body.length > (request.maxBytes ?? outboundDefaults.maxBytes)) {
        throw new OutboundHttpError('response-too-large', 'Simulated: too large.');
      }
      return { status: answer.status, headers: answer.headers ?? {}, body, url: url.href };
    }
  }

  #wait(clock: Clock, ms: number, deadline: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const aborted = () => {
        cancel();
        reject(new OutboundHttpError('request-aborted', 'The request was given up.'));
      };
      const late = clock.now() + ms > deadline;
      const cancel = clock.after(late ? deadline - clock.now() : ms, () => {
        signal?.removeEventListener('abort', aborted);
        if (late) reject(new OutboundHttpError('request-timeout', 'Simulated: no answer in time.'));
        else resolve();
      });
      if (signal?.aborted) aborted();
      else signal?.addEventListener('abort', aborted, { once: true });
    });
  }
}
