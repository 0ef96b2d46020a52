import type { G711 } from '../../ear/g711.js';
import type { Party } from '../../ear/parties.js';
import { History } from '../history.js';
import { within } from '../within.js';
import { type DigestLogin, digestAnswer } from './digest-answer.js';
import { type PhoneWire, udpWire } from './phone-wire.js';
import { type Address, backTo } from './sip-address.js';
import { cseqOf, firstLine, headerOf, headersOf, readSip, type SipText, tagIn, writeSip } from './sip-text.js';
import { type DialOptions, ToneCall } from './tone-call.js';
import { ToneMedia } from './tone-media.js';

export interface TonePhoneOptions {
  /** User part of our address, and user name for digest. */
  readonly user: string;
  readonly password?: string;
  /** Where requests outside of calls go. */
  readonly server: Address;
  /** The loopback address of its SIP. Default 127.0.0.1. */
  readonly host?: string;
  /** What carries its SIP instead of UDP: a connection. */
  readonly wire?: PhoneWire;
  /** Names it as a device with one flow (RFC 5626): `+sip.instance` and `reg-id`. */
  readonly instance?: string;
  /** Host part of our address and of those we dial. Default: the server's host. */
  readonly domain?: string;
  /** Whose tone it sends; silence without. */
  readonly party?: Party;
  /** Codecs offered and taken, best first. Default PCMU, then PCMA. */
  readonly codecs?: readonly G711[];
  /** Whether it sends and takes RFC 4733 digits. Default true. */
  readonly digits?: boolean;
  /** Whether it says 100 to an INVITE at once, so that it is not repeated. Default true. */
  readonly trying?: boolean;
}

/** A message that went over this phone's socket. */
export interface LoggedMessage {
  readonly sent: boolean;
  readonly message: SipText;
}

/**
 * A telephone of our own for exact races: real UDP, hand-written SIP, one tone. It does what it is told, when it is told. It shares no code with
 * the product.
 */
export class TonePhone {
  readonly options: TonePhoneOptions;
  /** Everything that went over its socket. */
  readonly messages: History<LoggedMessage>;
  /** Calls that came in, answered or not. */
  readonly incoming = new History<ToneCall>('incoming calls', (call) => call.callId);
  /** What to do with requests outside of calls. At first: 200 to OPTIONS, 481 to the rest. */
  onOther: (request: SipText) => void = (request) => {
    if (request.method === 'OPTIONS') this.respond(request, 200, 'OK', { toTag: randomWord() });
    else this.respond(request, 481, 'Call/Transaction Does Not Exist', { toTag: randomWord() });
  };
  readonly #wire: PhoneWire;
  /** A browser has no address to name (RFC 7118 5): a name that cannot be. */
  readonly #browserName = `${randomWord()}.invalid`;
  readonly #calls = new Map<string, ToneCall>();
  readonly #opening = new Map<string, SipText[]>();
  readonly #waiting = new Map<string, (response: SipText) => void>();
  readonly #answers = new Map<string, SipText>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #taken = 0;
  #cseq = 0;
  #counter = 0;
  readonly #registerCallId = `register-${randomWord()}`;

  private constructor(wire: PhoneWire, options: TonePhoneOptions) {
    this.#wire = wire;
    this.options = options;
    this.messages = new History(`${options.user}'s SIP messages`, showMessage);
    wire.onMessage = (text, from) => this.#receive(text, from);
  }

  /** Opens its socket on a free port of its loopback address, unless it is given a wire. */
  static async open(options: TonePhoneOptions): Promise<TonePhone> {
    return new TonePhone(options.wire ?? (await udpWire(options.host ?? '127.0.0.1')), options);
  }

  get address(): Address {
    return this.#wire.address;
  }

  get domain(): string {
    return this.options.domain ?? this.options.server.host;
  }

  get contact(): string {
    const { via } = this.#wire;
    const transport = via === 'UDP' ? '' : `;transport=${this.#isBrowser ? 'ws' : via.toLowerCase()}`;
    return `<sip:${this.options.user}@${this.#named}${transport}>`;
  }

  get #isBrowser(): boolean {
    return this.#wire.via.startsWith('WS');
  }

  get #named(): string {
    const { host, port } = this.address;
    return this.#isBrowser ? this.#browserName : `${host}:${port}`;
  }

  get #registeredContact(): string {
    const { instance } = this.options;
    return instance ? `${this.contact};reg-id=1;+sip.instance="<urn:uuid:${instance}>"` : this.contact;
  }

  /** Registers, answering a challenge with its password. Resolves with the final response, whatever it is. */
  async register(expiresSeconds = 300): Promise<SipText> {
    const uri = `sip:${this.domain}`;
    const from = `<sip:${this.options.user}@${this.domain}>`;
    const send = (authorization: readonly (readonly [string, string])[]) =>
      this.requestFinal({
        method: 'REGISTER',
        uri,
        headers: [
          ['Via', this.via()],
          ['Max-Forwards', '70'],
          ['From', `${from};tag=${randomWord()}`],
          ['To', from],
          ['Call-ID', this.#registerCallId],
          ['CSeq', `${(this.#cseq += 1)} REGISTER`],
          ['Contact', this.#registeredContact],
          ...(this.options.instance ? [['Supported', 'path, outbound'] as const] : []),
          ['Expires', String(expiresSeconds)],
          ...authorization,
        ],
        body: '',
      });
    const first = await send([]);
    const authorization = this.authorize(first, 'REGISTER', uri);
    return authorization === undefined ? first : send([authorization]);
  }

  /** Takes its registration back. */
  unregister(): Promise<SipText> {
    return this.register(0);
  }

  /** Sends an INVITE at once. `target` is a user part or a whole SIP address. */
  async dial(target: string, options: DialOptions = {}): Promise<ToneCall> {
    const media = await ToneMedia.open(this.options.party, this.address.host);
    const uri = target.includes(':') ? target : `sip:${target}@${this.domain}`;
    const call = ToneCall.outbound(this, media, uri, options);
    this.#calls.set(call.callId, call);
    call.invite();
    return call;
  }

  /** The next incoming call that `nextCall` did not give before. */
  async nextCall(): Promise<ToneCall> {
    const number = this.#taken;
    this.#taken += 1;
    return this.incoming.until(`incoming call ${number + 1} of ${this.options.user}`, () => this.incoming.all[number]);
  }

  /** Sends text as it is. */
  sendRaw(text: string | Uint8Array, to: Address = this.options.server): void {
    this.#wire.send(text, to);
  }

  /** Ends calls that are up without a word, and closes the socket. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const call of this.#calls.values()) call.abandon();
    this.#wire.close();
  }

  /** A new Via value. */
  via(branch = `z9hG4bK${randomWord()}${(this.#counter += 1)}`): string {
    return `SIP/2.0/${this.#wire.via} ${this.#named};branch=${branch};rport`;
  }

  /** The Authorization header that answers a 401 or 407, where there is one and we have a password. */
  authorize(response: SipText, method: string, uri: string): readonly [string, string] | undefined {
    const { user, password } = this.options;
    if ((response.status !== 401 && response.status !== 407) || password === undefined) return undefined;
    const proxy = response.status === 407;
    const login: DigestLogin = { username: user, password };
    const challenges = headersOf(response, proxy ? 'Proxy-Authenticate' : 'WWW-Authenticate');
    const challenge = challenges.find((one) => /algorithm="?MD5"?/i.test(one)) ?? challenges[0];
    if (challenge === undefined) return undefined;
    return [proxy ? 'Proxy-Authorization' : 'Authorization', digestAnswer(challenge, login, method, uri)];
  }

  /** Sends a message once. */
  send(message: SipText, to: Address = this.options.server): void {
    this.messages.add({ sent: true, message });
    this.sendRaw(writeSip(message), to);
  }

  /** Sends a request, again and again until something comes back (RFC 3261 17.1), and calls `onResponse` at each response. */
  request(message: SipText, onResponse: (response: SipText) => void, to: Address = this.options.server): void {
    const branch = branchOf(message);
    const again = this.repeat(() => this.send(message, to));
    this.#waiting.set(branch, (response) => {
      again();
      onResponse(response);
    });
  }

  /** As `request`; resolves with the final response. */
  requestFinal(message: SipText, to: Address = this.options.server): Promise<SipText> {
    const final = new Promise<SipText>((resolve) => {
      this.request(message, (response) => void ((response.status ?? 0) >= 200 && resolve(response)), to);
    });
    return within(final, `the final response to ${firstLine(message)}`);
  }

  /** Does it now, and again after 0.5 s, 1 s, 2 s, 4 s … for 32 s. Returns what stops it. */
  repeat(action: () => void): () => void {
    let timer: NodeJS.Timeout | undefined;
    let waitMs = 500;
    const step = () => {
      if (timer) this.#timers.delete(timer);
      action();
      if (waitMs > 16_000) return;
      timer = setTimeout(step, waitMs);
      this.#timers.add(timer);
      waitMs *= 2;
    };
    step();
    return () => {
      clearTimeout(timer);
      if (timer) this.#timers.delete(timer);
    };
  }

  /** Answers a request, and the same again when the request is repeated. */
  respond(
    request: SipText,
    status: number,
    reason: string,
    more: Partial<Pick<SipText, 'headers' | 'body'>> & { toTag?: string } = {},
  ): SipText {
    const to = headerOf(request, 'To');
    const tagged = more.toTag === undefined || /;\s*tag=/i.test(to) ? to : `${to};tag=${more.toTag}`;
    const copied = ['Via', 'Record-Route'].flatMap((name) =>
      headersOf(request, name).map((value) => [name, value] as const),
    );
    const response: SipText = {
      status,
      reason,
      headers: [
        ...copied,
        ['From', headerOf(request, 'From')],
        ['To', tagged],
        ['Call-ID', headerOf(request, 'Call-ID')],
        ['CSeq', headerOf(request, 'CSeq')],
        ...(more.headers ?? []),
      ],
      body: more.body ?? '',
    };
    this.#answers.set(keyOf(request), response);
    this.send(response, backTo(request));
    return response;
  }

  #receive(text: string, from: Address): void {
    const message = readSip(text);
    if (!message) return;
    this.messages.add({ sent: false, message });
    if (message.status !== undefined) {
      this.#waiting.get(branchOf(message))?.(message);
      return;
    }
    this.#receiveRequest(message, from);
  }

  #receiveRequest(request: SipText, from: Address): void {
    const callId = headerOf(request, 'Call-ID');
    const repeated = this.#answers.get(keyOf(request));
    const call = this.#calls.get(callId);
    if (repeated && request.method !== 'ACK') this.send(repeated, from);
    else if (call) call.receive(request);
    else if (this.#opening.has(callId)) this.#opening.get(callId)?.push(request);
    else if (request.method === 'INVITE' && tagIn(headerOf(request, 'To')) === '') void this.#takeCall(request, callId);
    else if (request.method !== 'ACK') this.onOther(request);
  }

  /** Opens the sound of a new call. What comes for it meanwhile waits. */
  async #takeCall(request: SipText, callId: string): Promise<void> {
    const early: SipText[] = [];
    this.#opening.set(callId, early);
    if (this.options.trying ?? true) this.respond(request, 100, 'Trying');
    const call = ToneCall.inbound(this, await ToneMedia.open(this.options.party, this.address.host), request);
    this.#opening.delete(callId);
    this.#calls.set(callId, call);
    this.incoming.add(call);
    for (const one of early) if (one.method !== 'INVITE') call.receive(one);
  }
}

/** Something that nobody else has. */
export function randomWord(): string {
  return Math.floor(Math.random() * 2 ** 48).toString(36);
}

function branchOf(message: SipText): string {
  return `${/branch=([^;,\s]+)/.exec(headerOf(message, 'Via'))?.[1] ?? ''} ${cseqOf(message).method}`;
}

function keyOf(request: SipText): string {
  return `${branchOf(request)} ${headerOf(request, 'Call-ID')} ${request.method}`;
}

function showMessage({ sent, message }: LoggedMessage): string {
  return `${sent ? '->' : '<-'} ${firstLine(message)}`;
}
