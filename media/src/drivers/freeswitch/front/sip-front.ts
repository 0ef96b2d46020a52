import { isIP } from 'node:net';
import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { SipNetwork, SipSocket } from '../../../net/sip-network.js';
import { behindEdge } from '../../../sip/behind-edge.js';
import type { Flow, Transport } from '../../../sip/flow.js';
import { buildResponse } from '../../../sip/parse/build-message.js';
import type { SipRequest, SipResponse } from '../../../sip/parse/message.js';
import { parseNameAddr } from '../../../sip/parse/name-addr.js';
import { parseMessage } from '../../../sip/parse/parse-message.js';
import { hostPortText, parseUri, type SipUri } from '../../../sip/parse/uri.js';
import type { HeaderList } from '../../../sip/sip-command.js';
import { SipSyntaxError, SipTooLargeError } from '../../../sip/sip-errors.js';
import { defaultSipLimits } from '../../../sip/sip-settings.js';
import { statusOfSipfrag } from '../../../sip/transfer/sipfrag.js';
import { Descriptions, saysSrtpWithoutKeys } from './descriptions.js';
import { heldByUpdate } from './held-by-update.js';
import type { Redescribed } from './offerless-calls.js';
import { callerText, isOwnHeader, type KnownCaller, ownHeaders, unreachedPhrase } from './own-headers.js';
import {
  branchOf,
  filtered,
  firstRoute,
  type Hop,
  isOurs,
  requestBytes,
  responseBytes,
  withoutFirst,
} from './proxied-message.js';
import { Remembered } from './remembered.js';

export interface SipFrontSettings {
  readonly network: SipNetwork;
  /** Where it listens, UDP. */
  readonly address: string;
  /** 0 for any free port. */
  readonly port: number;
  /** The host that peers should use for it. Default: where it listens. */
  readonly advertisedHost?: string;
  /** Where the SIP of FreeSWITCH listens, UDP: an IP address that nobody but the front should reach. */
  readonly backend: Hop;
  /** Our proxies at the edge: what they say of who sent a request is believed, and calls leave through the first. */
  readonly edges?: readonly (Hop & { readonly transport: Transport })[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A request that the front does not hand on. */
export interface HeldRequest {
  readonly request: SipRequest;
  /** Answers it with a final status, once; its retransmissions get the same answer. */
  answer(status: number, options?: { readonly phrase?: string | undefined; readonly headers?: HeaderList }): void;
}

/** What becomes of an INVITE that begins a call. */
export type Admission =
  | ({ readonly kind: 'known' } & Omit<KnownCaller, 'from'>)
  /** Another node, which is asked for nothing. */
  | { readonly kind: 'expected' }
  | { readonly kind: 'refused'; readonly status: number; readonly headers?: HeaderList };

/** Whoever decides about what comes in. */
export interface FrontDesk {
  /** Who sent this INVITE. */
  identify(request: SipRequest, flow: Flow): Promise<Admission>;
  /** A phone registers, or no longer does. It answers. `flow` says who sent it. */
  registered(register: HeldRequest, flow: Flow): void;
  /** A REFER within a call. */
  referred(refer: HeldRequest): void;
  /** The far end of a call said by UPDATE that it holds, or no longer, and FreeSWITCH took it. */
  updated(callId: string, held: boolean): void;
  /** The far end of a call answered a NOTIFY about its REFER. */
  notified(callId: string): void;
}

interface AnswerParts {
  readonly headers?: HeaderList;
  readonly phrase?: string | undefined;
}

/** Calls at one time of which it is not known yet who sent them; more are refused at once. */
const mostIdentifying = 500;

/** A callee or proxy that says nothing for so long is not there, milliseconds. */
const silentMs = 8_000;

/** The To tag of our own answers begins so: the ACK to one is for nobody else. */
const tagMark = 'hwfront';

/**
 * A SIP proxy between the world and FreeSWITCH (RFC 3261 16.11: it keeps nothing of a call, so that calls outlive it). It says who calls before FreeSWITCH hears of the call, and
 * keeps from it what it would act upon by itself: REFER, Replaces. FreeSWITCH and the front are one element: hops are counted once.
 */
export class SipFront {
  readonly #settings: SipFrontSettings;
  readonly #desk: FrontDesk;
  /** INVITEs of which it is not known yet who sent them, by branch; true once they were canceled. */
  readonly #identifying = new Map<string, { canceled: boolean }>();
  /** Our answers to requests that may come again. */
  readonly #answers: Remembered<Buffer | 'none-yet'>;
  /** Where the INVITEs of FreeSWITCH went, by branch: CANCEL and ACK follow them. */
  readonly #ways: Remembered<Hop>;
  readonly #updates: Remembered<{ readonly callId: string; readonly held: boolean }>;
  readonly #notifies: Remembered<string>;
  readonly #descriptions: Descriptions;
  /** INVITEs of FreeSWITCH to which nobody has said anything, by branch. */
  readonly #silent = new Map<string, () => void>();
  #socket: SipSocket | undefined;
  #us: Hop = { host: '', port: 0 };
  #lastTag = 0;

  constructor(settings: SipFrontSettings, desk: FrontDesk) {
    this.#settings = settings;
    this.#desk = desk;
    const { clock } = settings;
    this.#answers = new Remembered(clock);
    this.#ways = new Remembered(clock);
    this.#updates = new Remembered(clock);
    this.#notifies = new Remembered(clock);
    this.#descriptions = new Descriptions(clock);
  }

  get host(): string {
    return this.#us.host;
  }

  /** `host:port` at which it is reached. */
  get at(): string {
    return hostPortText(this.#us.host, this.#us.port);
  }

  /** See `Front.wayTo`: a URI with `lr` is a proxy to go through; others are reached through the edge where there is one, but for other nodes (`inside`). Without one there is UDP alone. */
  wayTo(uri: string, { inside }: { readonly inside: boolean }): string | undefined {
    const { host, port, params } = parseUri(uri);
    if (params.has('lr')) return `<${uri}>`;
    const transport = params.get('transport')?.toLowerCase() ?? 'udp';
    const [edge] = inside ? [] : (this.#settings.edges ?? []);
    if (!edge) return transport === 'udp' ? `<sip:${hostPortText(host, port)}>` : undefined;
    const hop = `sip:${hostPortText(host, port)}%3Btransport%3D${transport}`;
    return `<sip:${hostPortText(edge.host, edge.port)};transport=${edge.transport};lr;received=${hop}>`;
  }

  async start(): Promise<void> {
    const { network, address, port, advertisedHost, logger } = this.#settings;
    this.#socket = await network.listen(
      { transport: 'udp', address, port },
      {
        packet: (bytes, flow) => this.#packet(bytes, flow),
        connectionClosed: () => undefined,
        sendFailed: (target) => logger.warn({ target }, 'a SIP message could not be sent'),
      },
    );
    this.#us = { host: advertisedHost ?? address, port: this.#socket.port };
  }

  async stop(): Promise<void> {
    for (const branch of [...this.#silent.keys()]) this.#unwatch(branch);
    await this.#socket?.close();
    this.#socket = undefined;
  }

  #packet(bytes: Buffer, flow: Flow): void {
    try {
      if (bytes.length < 12) return;
      const { message, fault } = parseMessage(bytes, defaultSipLimits);
      if (message.kind === 'response') {
        if (fault === undefined) this.#response(message, flow);
      } else if (fault !== undefined) this.#answerAt(message, flow, 400);
      else if (this.#isBackend(flow)) this.#fromBackend(message, flow);
      else this.#fromOutside(message, flow);
    } catch (error) {
      if (!(error instanceof SipSyntaxError) && !(error instanceof SipTooLargeError)) throw error;
    }
  }

  #isBackend({ remoteAddress, remotePort }: Flow): boolean {
    const { host, port } = this.#settings.backend;
    return remoteAddress === host && remotePort === port;
  }

  #fromOutside(request: SipRequest, flow: Flow) {
    const { method, toTag } = request;
    if (toTag?.startsWith(tagMark)) return;
    const before = this.#answers.get(branchOf(request) + method);
    if (before !== undefined) {
      if (before !== 'none-yet') this.#send(before, targetOf(flow));
      return;
    }
    if (method === 'CANCEL') return this.#cancel(request, flow);
    if (method !== 'ACK' && saysSrtpWithoutKeys(request)) return this.#answerAt(request, flow, 488);
    if (toTag === undefined && method !== 'ACK') return this.#begins(request, flow);
    if (method === 'REFER') return this.#desk.referred(this.#held(request, flow));
    const held = method === 'UPDATE' ? heldByUpdate(request) : undefined;
    if (held !== undefined) this.#updates.set(branchOf(request), { callId: request.callId, held });
    this.#toBackend(request, flow, [], this.#descriptions.request(request));
  }

  /** A request that belongs to no call yet. */
  #begins(request: SipRequest, flow: Flow) {
    if (request.method === 'OPTIONS') return this.#answerAt(request, flow, 200);
    if (request.method === 'REGISTER') {
      const revealed = this.#revealed(request, flow);
      if (!revealed) return this.#answerAt(request, flow, 400);
      return this.#desk.registered(this.#held(request, flow), revealed);
    }
    if (request.method !== 'INVITE')
      return this.#answerAt(request, flow, 405, { headers: [['Allow', 'INVITE, OPTIONS, REGISTER']] });
    const key = branchOf(request);
    if (this.#identifying.has(key)) return;
    if (this.#identifying.size >= mostIdentifying)
      return this.#answerAt(request, flow, 503, { headers: [['Retry-After', '5']] });
    const revealed = this.#revealed(request, flow);
    if (!revealed) return this.#answerAt(request, flow, 400);
    this.#identifying.set(key, { canceled: false });
    this.#desk
      .identify(request, revealed)
      .catch((error: unknown): Admission => {
        this.#settings.logger.error({ err: error }, 'nobody could be asked who calls');
        return { kind: 'refused', status: 503 };
      })
      .then((admission) => {
        const { canceled } = this.#identifying.get(key)!;
        this.#identifying.delete(key);
        if (canceled) this.#answerAt(request, flow, 487);
        else if (admission.kind === 'refused') this.#answerAt(request, flow, admission.status, admission);
        else
          this.#admit(
            request,
            flow,
            admission.kind === 'known' ? { ...admission, from: senderIn(revealed) } : undefined,
          );
      });
  }

  #admit(request: SipRequest, flow: Flow, caller: KnownCaller | undefined): void {
    const added = caller ? [ownHeaders.caller.toLowerCase(), callerText(caller)] : [];
    for (const value of request.lines('replaces')) added.push(ownHeaders.replaces.toLowerCase(), value);
    this.#answerAt(request, flow, 100);
    const from = flow.sender?.address ?? flow.remoteAddress;
    this.#toBackend(request, flow, added, this.#descriptions.invite(request, from));
  }

  #cancel(request: SipRequest, flow: Flow) {
    const pending = this.#identifying.get(branchOf(request));
    if (!pending) return this.#toBackend(request, flow, []);
    pending.canceled = true;
    this.#answerAt(request, flow, 200);
  }

  /** What comes from outside goes to FreeSWITCH and nowhere else, whatever it says. */
  #toBackend(request: SipRequest, flow: Flow, added: readonly string[], redescribed?: Redescribed): void {
    const kept = filtered(request.rawHeaders, (name) => !keptFromBackend.has(name) && !isOwnHeader(name));
    this.#send(requestBytes(request, [...kept, ...added], this.#us, flow, redescribed), this.#settings.backend);
  }

  /** A request of FreeSWITCH goes on to where its Route or its Request-URI says, or where the driver wants it. */
  #fromBackend(request: SipRequest, flow: Flow): void {
    let headers = filtered(request.rawHeaders, (name) => !isOwnHeader(name));
    const mine = firstRoute(headers);
    if (mine && mine.host === this.#us.host && (mine.port ?? 5060) === this.#us.port)
      headers = withoutFirst(headers, 'route');
    const branch = branchOf(request);
    const way = request.header(ownHeaders.way.toLowerCase());
    if (way !== undefined && parseNameAddr(way).uri.params.has('lr')) headers = ['route', way, ...headers];
    const to = way === undefined ? this.#ways.get(branch) : hopOf(parseNameAddr(way).uri);
    const next = to ?? hopOf(firstRoute(headers) ?? request.parsedUri);
    if (request.method === 'INVITE') {
      if (!this.#ways.get(branch)) this.#watch(request, flow, branch);
      this.#ways.set(branch, next);
    }
    if (isAboutRefer(request)) {
      this.#notifies.set(branch, request.callId);
      headers = withTrueState(headers, request);
    }
    void this.#sendTo(requestBytes(request, headers, this.#us, flow, this.#descriptions.offer(request)), next);
  }

  #response(response: SipResponse, flow: Flow): void {
    const { via } = response;
    if (!isOurs(via, this.#us)) return;
    if (this.#isBackend(flow)) {
      // Ours was sent before; that of FreeSWITCH has no Via to go by.
      const below = response.status === 100 ? undefined : responseBytes(response, this.#descriptions.answer(response));
      if (!below) return;
      const update = this.#updates.get(via.branch);
      if (update && response.status >= 200) {
        this.#updates.delete(via.branch);
        if (response.status < 300) this.#desk.updated(update.callId, update.held);
      }
      this.#send(below.bytes, below.to);
      return;
    }
    this.#unwatch(via.branch);
    const notify = this.#notifies.get(via.branch);
    if (notify !== undefined && response.status >= 200) {
      this.#notifies.delete(via.branch);
      this.#desk.notified(notify);
    }
    const below = responseBytes(response, this.#descriptions.answerOfFarEnd(response));
    if (below) this.#send(below.bytes, this.#settings.backend);
  }

  /** Whoever takes calls says 100 at once (RFC 3261 17.2.1): where nobody says anything, another way is worth a try long before FreeSWITCH gives up. */
  #watch(request: SipRequest, flow: Flow, branch: string): void {
    const cancel = this.#settings.clock.after(silentMs, () => {
      this.#silent.delete(branch);
      this.#answerAt(request, flow, 503, { phrase: unreachedPhrase });
    });
    this.#silent.set(branch, cancel);
  }

  #unwatch(branch: string): void {
    this.#silent.get(branch)?.();
    this.#silent.delete(branch);
  }

  #held(request: SipRequest, flow: Flow): HeldRequest {
    this.#answers.set(branchOf(request) + request.method, 'none-yet');
    const contact: HeaderList = [['Contact', `<sip:${this.at}>`]];
    return {
      request,
      answer: (status, { phrase, headers = contact } = {}) => {
        const bytes = this.#answerBytes(request, status, { headers, phrase });
        this.#answers.set(branchOf(request) + request.method, bytes);
        this.#send(bytes, targetOf(flow));
      },
    };
  }

  #answerAt(request: SipRequest, flow: Flow, status: number, more: AnswerParts = {}): void {
    this.#send(this.#answerBytes(request, status, more), targetOf(flow));
  }

  #answerBytes(request: SipRequest, status: number, { headers = [], phrase }: AnswerParts): Buffer {
    const to = request.header('to') ?? '';
    const needsTag = request.toTag === undefined && status > 100;
    if (needsTag) this.#lastTag += 1;
    return buildResponse(status, phrase, {
      headers: [
        ...request.lines('via').map((value) => ['Via', value] as [string, string]),
        ['From', request.header('from') ?? ''],
        ['To', needsTag ? `${to};tag=${tagMark}${this.#lastTag}` : to],
        ['Call-ID', request.callId],
        ['CSeq', request.header('cseq') ?? ''],
        ...headers,
      ],
    });
  }

  /** With who sent it to the edge, where it comes from there; undefined where that cannot be told. */
  #revealed(request: SipRequest, flow: Flow): Flow | undefined {
    return this.#isEdge(flow) ? behindEdge(request, flow) : flow;
  }

  #isEdge({ remoteAddress, remotePort }: Flow): boolean {
    return (this.#settings.edges ?? []).some(({ host, port }) => host === remoteAddress && port === remotePort);
  }

  async #sendTo(bytes: Buffer, { host, port }: Hop): Promise<void> {
    if (isIP(host)) return this.#send(bytes, { host, port });
    const { records } = await this.#settings.network.dns.addresses(host);
    if (records[0] === undefined) this.#settings.logger.warn({ host }, 'a SIP message could not be sent: no address');
    else this.#send(bytes, { host: records[0], port });
  }

  #send(bytes: Buffer, { host, port }: Hop): void {
    this.#socket?.send({ transport: 'udp', address: host, port }, bytes);
  }
}

/** What FreeSWITCH would act upon by itself, or must not learn. */
const keptFromBackend: ReadonlySet<string> = new Set(['replaces', 'authorization', 'proxy-authorization']);

function targetOf({ remoteAddress, remotePort }: Flow): Hop {
  return { host: remoteAddress, port: remotePort };
}

function senderIn(flow: Flow): KnownCaller['from'] {
  return flow.sender ?? { transport: flow.transport, address: flow.remoteAddress, port: flow.remotePort };
}

function hopOf({ host, port }: SipUri): Hop {
  return { host, port: port ?? 5060 };
}

function isAboutRefer(request: SipRequest): boolean {
  return request.method === 'NOTIFY' && (request.header('event') ?? '').startsWith('refer');
}

/** FreeSWITCH says of every NOTIFY that it is the last. */
function withTrueState(headers: readonly string[], request: SipRequest): string[] {
  const status = statusOfSipfrag(request.bodyText) ?? 200;
  if (status >= 200) return [...headers];
  return [...filtered(headers, (name) => name !== 'subscription-state'), 'subscription-state', 'active;expires=180'];
}
