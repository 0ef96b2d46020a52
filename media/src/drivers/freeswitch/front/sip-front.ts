import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { SipNetwork } from '../../../net/sip-network.js';
import type { Flow, SipTarget } from '../../../sip/flow.js';
import type { SipRequest, SipResponse } from '../../../sip/parse/message.js';
import { parseNameAddr } from '../../../sip/parse/name-addr.js';
import { parseMessage } from '../../../sip/parse/parse-message.js';
import { hostPortText, parseUri } from '../../../sip/parse/uri.js';
import { SipSyntaxError, SipTooLargeError } from '../../../sip/sip-errors.js';
import { defaultSipLimits } from '../../../sip/sip-settings.js';
import { statusOfSipfrag } from '../../../sip/transfer/sipfrag.js';
import { type Admission, Admissions, type Admitted } from './admissions.js';
import { Descriptions, saysSrtpWithoutKeys } from './descriptions.js';
import { type Edge, revealed } from './edges.js';
import { byeOf, type LostDialog, Repeats } from './farewells.js';
import { type FrontListen, FrontSockets, type OwnPlace } from './front-sockets.js';
import { heldByUpdate } from './held-by-update.js';
import { hopOf, peerIn, peerOf, routeThrough } from './hops.js';
import type { Redescribed } from './offerless-calls.js';
import { type HeldRequest, OwnAnswers } from './own-answers.js';
import { callerText, isOwnHeader, ownHeaders, unreachedPhrase } from './own-headers.js';
import {
  branchOf,
  filtered,
  firstRoute,
  isOurBranch,
  requestBytes,
  responseBytes,
  withoutFirst,
} from './proxied-message.js';
import { Remembered } from './remembered.js';
import { SilentInvites } from './silent-invites.js';

export interface SipFrontSettings {
  readonly network: SipNetwork;
  /** Where it listens: one address for each transport, UDP among them. */
  readonly listen: readonly FrontListen[];
  /** The host that peers should use for it. Default: where it listens. */
  readonly advertisedHost?: string;
  /** Where the SIP of FreeSWITCH listens, UDP: an IP address that nobody but the front should reach. */
  readonly backend: { readonly host: string; readonly port: number };
  /** Our proxies at the edge: what they say of who sent a request is believed, and calls leave through the first. */
  readonly edges?: readonly Edge[];
  readonly clock: Clock;
  readonly logger: Logger;
}

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
  /** FreeSWITCH answered the call of a far end, under that tag of its own. */
  answered(callId: string, tag: string): void;
  /** The far end of a call answered a NOTIFY about its REFER. */
  notified(callId: string): void;
  /** A connection is no more: whoever was reached on it alone is not. */
  connectionClosed(connectionId: string): void;
}

/**
 * A SIP proxy between the world and FreeSWITCH (RFC 3261 16.11: it keeps nothing of a call, so that calls outlive it). It says who calls before FreeSWITCH hears of the call, and
 * keeps from it what it would act upon by itself: REFER, Replaces. FreeSWITCH and the front are one element: hops are counted once.
 */
export class SipFront {
  readonly #settings: SipFrontSettings;
  readonly #desk: FrontDesk;
  readonly #admissions: Admissions;
  readonly #answers: OwnAnswers;
  /** Where the INVITEs of FreeSWITCH went, by branch: CANCEL and ACK follow them. */
  readonly #ways: Remembered<SipTarget>;
  readonly #updates: Remembered<{ readonly callId: string; readonly held: boolean }>;
  readonly #notifies: Remembered<string>;
  readonly #descriptions: Descriptions;
  readonly #silent: SilentInvites;
  readonly #farewells: Repeats;
  readonly #sockets: FrontSockets;
  readonly #backend: SipTarget;

  constructor(settings: SipFrontSettings, desk: FrontDesk) {
    this.#settings = settings;
    this.#desk = desk;
    const { clock, backend } = settings;
    this.#backend = { transport: 'udp', address: backend.host, port: backend.port };
    this.#silent = new SilentInvites(clock);
    this.#farewells = new Repeats(clock);
    this.#sockets = new FrontSockets({
      ...settings,
      message: (bytes, flow) => this.#message(bytes, flow),
      connectionClosed: (id) => desk.connectionClosed(id),
      sendFailed: (target) => this.#silent.failed(target),
    });
    this.#answers = new OwnAnswers(clock, (target, bytes) => this.#send(target, bytes));
    this.#admissions = new Admissions({
      ...settings,
      answers: this.#answers,
      identify: (request, flow) => desk.identify(request, flow),
      admit: (request, flow, admitted) => this.#admit(request, flow, admitted),
    });
    this.#ways = new Remembered(clock);
    this.#updates = new Remembered(clock);
    this.#notifies = new Remembered(clock);
    this.#descriptions = new Descriptions(clock);
  }

  get host(): string {
    return this.#inside.host;
  }

  /** `host:port` at which it is reached. */
  get at(): string {
    return hostPortText(this.#inside.host, this.#inside.port);
  }

  /** Every address at which it is reached, as `udp:192.0.2.1:5060`. */
  get addresses(): readonly string[] {
    return this.#sockets.places.map(({ transport, host, port }) => `${transport}:${hostPortText(host, port)}`);
  }

  /** Ours by the transport that FreeSWITCH speaks. */
  get #inside(): OwnPlace {
    return this.#sockets.place('udp') ?? { transport: 'udp', host: '', port: 0 };
  }

  /** See `Front.wayTo`: a URI with `lr` is a proxy to go through; others are reached through the edge where there is one, but for other nodes (`inside`). Without one it goes by the transports that are listened on. */
  wayTo(uri: string, { inside }: { readonly inside: boolean }): string | undefined {
    const asked = parseUri(uri);
    const { host, port, params } = asked;
    if (params.has('lr')) return `<${uri}>`;
    const { transport } = hopOf(asked);
    const [edge] = inside ? [] : (this.#settings.edges ?? []);
    const by = transport === 'udp' ? '' : `;transport=${transport}`;
    if (!edge) return this.#sockets.place(transport) && `<sip:${hostPortText(host, port)}${by}>`;
    const hop = `sip:${hostPortText(host, port)}%3Btransport%3D${transport}`;
    return `<sip:${hostPortText(edge.host, edge.port)};transport=${edge.transport};lr;received=${hop}>`;
  }

  async start(): Promise<void> {
    await this.#sockets.open();
  }

  async stop(): Promise<void> {
    this.#silent.close();
    this.#farewells.close();
    await this.#sockets.close();
  }

  /** FreeSWITCH was restarted and knows nothing of that dialog any more: its far end is told, as FreeSWITCH would have (BYE). */
  letGo(dialog: LostDialog): void {
    const { address: host, port } = this.#backend;
    const { message } = parseMessage(byeOf(dialog, hostPortText(host, port)), defaultSipLimits);
    if (message.kind !== 'request') return;
    const from = { transport: 'udp', localAddress: '', localPort: 0, remoteAddress: host, remotePort: port } as const;
    this.#farewells.start(branchOf(message), () => this.#fromBackend(message, from));
  }

  #message(bytes: Buffer, flow: Flow): void {
    try {
      if (bytes.length < 12) return;
      const { message, fault } = parseMessage(bytes, defaultSipLimits);
      if (message.kind === 'response') {
        if (fault === undefined) this.#response(message, flow);
      } else if (fault !== undefined) this.#answers.answer(message, flow, 400);
      else if (this.#isBackend(flow)) this.#fromBackend(message, flow);
      else this.#fromOutside(message, flow);
    } catch (error) {
      if (!(error instanceof SipSyntaxError) && !(error instanceof SipTooLargeError)) throw error;
    }
  }

  #isBackend({ transport, remoteAddress, remotePort }: Flow): boolean {
    const { address, port } = this.#backend;
    return transport === 'udp' && remoteAddress === address && remotePort === port;
  }

  #fromOutside(request: SipRequest, flow: Flow) {
    const { method, toTag } = request;
    if (this.#answers.isSettled(request, flow)) return;
    if (method === 'CANCEL') return this.#admissions.canceled(request, flow) || this.#toBackend(request, flow, []);
    if (method !== 'ACK' && saysSrtpWithoutKeys(request)) return this.#answers.answer(request, flow, 488);
    if (toTag === undefined && method !== 'ACK') return this.#begins(request, flow);
    if (method === 'REFER') return this.#desk.referred(this.#answers.held(request, flow, this.at));
    const held = method === 'UPDATE' ? heldByUpdate(request) : undefined;
    if (held !== undefined) this.#updates.set(branchOf(request), { callId: request.callId, held });
    this.#toBackend(request, flow, [], this.#descriptions.request(request));
  }

  /** A request that belongs to no call yet. */
  #begins(request: SipRequest, flow: Flow) {
    if (request.method === 'OPTIONS') return this.#answers.answer(request, flow, 200);
    if (request.method !== 'INVITE' && request.method !== 'REGISTER')
      return this.#answers.answer(request, flow, 405, { headers: [['Allow', 'INVITE, OPTIONS, REGISTER']] });
    const sent = revealed(request, flow, this.#settings.edges ?? []);
    if (!sent) return this.#answers.answer(request, flow, 400);
    if (request.method === 'INVITE') return this.#admissions.invited(request, sent);
    this.#desk.registered(this.#answers.held(request, flow, this.at), sent);
  }

  #admit(request: SipRequest, flow: Flow, { caller, from }: Admitted): void {
    const added = caller ? [ownHeaders.caller.toLowerCase(), callerText(caller)] : [];
    for (const value of request.lines('replaces')) added.push(ownHeaders.replaces.toLowerCase(), value);
    this.#answers.answer(request, flow, 100);
    this.#toBackend(request, flow, added, this.#descriptions.invite(request, from.address));
  }

  /** What comes from outside goes to FreeSWITCH and nowhere else, whatever it says. */
  #toBackend(request: SipRequest, flow: Flow, added: readonly string[], redescribed?: Redescribed): void {
    const kept = filtered(request.rawHeaders, (name) => !keptFromBackend.has(name) && !isOwnHeader(name));
    const via = this.#inside;
    const routes = [routeThrough(via), ...this.#routesBack(peerOf(flow))];
    this.#send(this.#backend, requestBytes(request, [...kept, ...added], { via, routes }, flow, redescribed));
  }

  /** A request of FreeSWITCH goes on to where its Route or its Request-URI says, or where the driver wants it. */
  #fromBackend(request: SipRequest, flow: Flow): void {
    let headers = filtered(request.rawHeaders, (name) => !isOwnHeader(name));
    let peer: SipTarget | undefined;
    for (let route = firstRoute(headers); route; route = firstRoute(headers)) {
      if (!this.#sockets.isOurs(route, hopOf(route).transport)) break;
      peer ??= peerIn(route);
      headers = withoutFirst(headers, 'route');
    }
    const branch = branchOf(request);
    const way = request.header(ownHeaders.way.toLowerCase());
    if (way !== undefined && parseNameAddr(way).uri.params.has('lr')) headers = ['route', way, ...headers];
    const to = way === undefined ? this.#ways.get(branch) : hopOf(parseNameAddr(way).uri);
    const next = to ?? peer ?? hopOf(firstRoute(headers) ?? request.parsedUri);
    if (request.method === 'INVITE') {
      if (!this.#ways.get(branch))
        this.#silent.watch(branch, next, () => this.#answers.answer(request, flow, 503, { phrase: unreachedPhrase }));
      this.#ways.set(branch, next);
    }
    if (request.method === 'REFER') headers = withTrueTarget(headers, request);
    if (isAboutRefer(request)) {
      this.#notifies.set(branch, request.callId);
      headers = withTrueState(headers, request);
    }
    const via = this.#sockets.place(next.transport) ?? this.#inside;
    const routes = [...this.#routesBack(next), routeThrough(this.#inside)];
    this.#send(next, requestBytes(request, headers, { via, routes }, flow, this.#descriptions.offer(request)));
  }

  #response(response: SipResponse, flow: Flow): void {
    const { via } = response;
    if (!isOurBranch(via.branch) || !this.#sockets.isOurs(via, flow.transport)) return;
    if (this.#isBackend(flow)) {
      // Ours was sent before; that of FreeSWITCH has no Via to go by.
      const below = response.status === 100 ? undefined : responseBytes(response, this.#descriptions.answer(response));
      if (!below) return;
      const update = this.#updates.get(via.branch);
      if (update && response.status >= 200) {
        this.#updates.delete(via.branch);
        if (response.status < 300) this.#desk.updated(update.callId, update.held);
      }
      if (isAnswerOfCall(response)) this.#desk.answered(response.callId, response.toTag ?? '');
      this.#send(below.to, below.bytes);
      return;
    }
    this.#silent.heard(via.branch);
    this.#farewells.heard(via.branch);
    const notify = this.#notifies.get(via.branch);
    if (notify !== undefined && response.status >= 200) {
      this.#notifies.delete(via.branch);
      this.#desk.notified(notify);
    }
    const below = responseBytes(response, this.#descriptions.answerOfFarEnd(response));
    if (below) this.#send(this.#backend, below.bytes);
  }

  /** What a peer by another transport than FreeSWITCH's is told of us, so that it finds us, and we it. */
  #routesBack(peer: SipTarget): readonly string[] {
    const own = peer.transport === 'udp' ? undefined : this.#sockets.place(peer.transport);
    return own ? [routeThrough(own, peer)] : [];
  }

  #send(target: SipTarget, bytes: Buffer): void {
    this.#sockets.send(target, bytes).catch((error: unknown) => {
      this.#settings.logger.warn({ err: error, target }, 'a SIP message could not be sent');
    });
  }
}

/** What FreeSWITCH would act upon by itself, or must not learn. */
const keptFromBackend: ReadonlySet<string> = new Set(['replaces', 'authorization', 'proxy-authorization']);

function isAnswerOfCall({ status, cseq }: SipResponse): boolean {
  return cseq.method === 'INVITE' && status >= 200 && status < 300;
}

function isAboutRefer(request: SipRequest): boolean {
  return request.method === 'NOTIFY' && (request.header('event') ?? '').startsWith('refer');
}

/** The Refer-To that the driver asked for. */
function withTrueTarget(headers: string[], request: SipRequest): string[] {
  const asked = request.header(ownHeaders.referTo.toLowerCase());
  if (!asked) return headers;
  const target = Buffer.from(asked, 'base64url').toString();
  return [...filtered(headers, (name) => name !== 'refer-to'), 'refer-to', `<${target}>`];
}

/** FreeSWITCH says of every NOTIFY that it is the last. */
function withTrueState(headers: readonly string[], request: SipRequest): string[] {
  const status = statusOfSipfrag(request.bodyText) ?? 200;
  if (status >= 200) return [...headers];
  return [...filtered(headers, (name) => name !== 'subscription-state'), 'subscription-state', 'active;expires=180'];
}
