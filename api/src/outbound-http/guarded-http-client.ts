import { lookup as dnsLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import type { Clock } from '@hookswitch/kernel/clock';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import type { AddressRules } from './address-rules.js';
import { exchange } from './exchange.js';
import { type OutboundHttp, OutboundHttpError, type OutboundRequest, outboundDefaults } from './outbound-http.js';
import { outboundHttpErrorFrom } from './outbound-http-error-from.js';
import { type NextHop, nextHop, parseTarget, type Target } from './redirect-rules.js';

/** Finds the addresses of a host. Rejects as `dns.lookup` does. */
export type ResolveHost = (hostname: string) => Promise<readonly { address: string; family: number }[]>;

/** The machine's own resolver, hosts file included. */
export const systemResolve: ResolveHost = (hostname) => dnsLookup(hostname, { all: true, order: 'verbatim' });

export interface GuardedHttpClientSettings {
  readonly rules: AddressRules;
  readonly clock: Clock;
  readonly resolve?: ResolveHost;
  /** Connections kept to one origin at a time. Default 128. */
  readonly connectionsPerOrigin?: number;
  /** How long an idle connection is kept for the next request, milliseconds. Default 10,000. */
  readonly keepAliveMs?: number;
  readonly userAgent?: string;
}

/**
 * `OutboundHttp` over undici, with kept-alive connections. The guard stands where the connection is made: every address a name resolves to is checked, one
 * refused address refuses the name, and the socket goes to an address that was checked, so a name that resolves otherwise the next time gains nothing.
 */
export class GuardedHttpClient implements OutboundHttp {
  readonly #settings: GuardedHttpClientSettings;
  /** One per connect timeout, since undici fixes it per agent. The values come from settings, so they are few. */
  readonly #agents = new Map<number, Agent>();

  constructor(settings: GuardedHttpClientSettings) {
    this.#settings = settings;
  }

  async request(request: OutboundRequest) {
    const stopping = new AbortController();
    let timedOut = false;
    const cancel = this.#settings.clock.after(request.timeoutMs ?? outboundDefaults.timeoutMs, () => {
      timedOut = true;
      stopping.abort('timed out'); // a reason of our own: the default one is costly to make
    });
    const giveUp = () => stopping.abort('given up');
    request.signal?.addEventListener('abort', giveUp);
    if (request.signal?.aborted) giveUp();
    const { signal } = stopping;
    let at: string = request.url;
    try {
      const maxRedirects = request.maxRedirects ?? outboundDefaults.maxRedirects;
      let target = parseTarget(request);
      at = target.shown;
      for (let redirects = 0; ; redirects++) {
        const hop = await this.#send(target, request, signal, maxRedirects > 0);
        if (hop.kind === 'answer') return { ...hop.answer, url: target.shown };
        if (redirects >= maxRedirects) {
          throw new OutboundHttpError('too-many-redirects', `${at} redirects more than ${maxRedirects} times.`);
        }
        target = hop.target;
        at = target.shown;
      }
    } catch (error) {
      throw outboundHttpErrorFrom(error, at, { timedOut, aborted: request.signal?.aborted });
    } finally {
      cancel();
      request.signal?.removeEventListener('abort', giveUp);
    }
  }

  /** Closes all connections; requests under way fail. */
  async close(): Promise<void> {
    await Promise.all([...this.#agents.values()].map((agent) => agent.destroy()));
    this.#agents.clear();
  }

  async #send(
    target: Target,
    request: OutboundRequest,
    signal: AbortSignal,
    follow: boolean,
  ): Promise<{ kind: 'answer'; answer: { status: number; headers: Record<string, string>; body: Buffer } } | NextHop> {
    const agent = this.#agent(request.connectTimeoutMs ?? outboundDefaults.connectTimeoutMs);
    const options: Dispatcher.DispatchOptions = {
      origin: target.url.origin,
      path: target.url.pathname + target.url.search,
      method: target.method,
      headers: { 'user-agent': this.#settings.userAgent ?? 'Hookswitch', ...target.headers },
      headersTimeout: 0, // the whole request has one limit of its own
      bodyTimeout: 0,
    };
    if (target.body !== undefined) options.body = target.body;
    let next: NextHop | undefined;
    const answer = await exchange(agent, options, {
      signal,
      maxBytes: request.maxBytes ?? outboundDefaults.maxBytes,
      shown: target.shown,
      wantsBody: (status, { location }) => {
        if (follow) next = nextHop(target, status, location);
        return next === undefined;
      },
    });
    return next ?? { kind: 'answer', answer };
  }

  #agent(connectTimeoutMs: number): Agent {
    let agent = this.#agents.get(connectTimeoutMs);
    if (!agent) {
      agent = new Agent({
        connect: this.#connector(connectTimeoutMs),
        connections: this.#settings.connectionsPerOrigin ?? 128,
        keepAliveTimeout: this.#settings.keepAliveMs ?? 10_000,
        keepAliveMaxTimeout: 60_000,
      });
      this.#agents.set(connectTimeoutMs, agent);
    }
    return agent;
  }

  #connector(timeout: number): buildConnector.connector {
    const { rules } = this.#settings;
    const connect = buildConnector({
      timeout,
      lookup: this.#lookup(this.#settings.resolve ?? systemResolve),
      autoSelectFamily: true,
    } as buildConnector.BuildOptions);
    return (options, callback) => {
      const literal = bareAddress(options.hostname);
      if (literal !== undefined) {
        const refusal = rules.refusal(literal);
        if (refusal !== undefined) return callback(refused(options.hostname, refusal), null);
      }
      connect(options, callback);
    };
  }

  #lookup(resolve: ResolveHost): LookupFunction {
    const { rules } = this.#settings;
    return (hostname, options, callback) => {
      resolve(hostname).then(
        (found) => {
          const [first] = found;
          if (!first) return callback(notFound(hostname), '', 4);
          for (const { address } of found) {
            const refusal = rules.refusal(address);
            if (refusal !== undefined) return callback(refused(hostname, refusal), '', 4);
          }
          if (options.all) callback(null, [...found]);
          else callback(null, first.address, first.family);
        },
        (error: NodeJS.ErrnoException) => callback(error, '', 4),
      );
    };
  }
}

/** The address a host part spells, or undefined where it is a name. `URL` has already turned `0x7f.1` and its kind into four decimal parts. */
function bareAddress(hostname: string): string | undefined {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return bare.includes(':') || /^\d+\.\d+\.\d+\.\d+$/.test(bare) ? bare : undefined;
}

function refused(hostname: string, what: string): OutboundHttpError {
  return new OutboundHttpError(
    'address-refused',
    `${hostname} is ${what}; requests go to public addresses only, unless this installation allows that one.`,
  );
}

function notFound(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`no address for ${hostname}`), { code: 'ENOTFOUND' });
}
