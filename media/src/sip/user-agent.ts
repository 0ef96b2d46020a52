import { sendRequest } from './client-request.js';
import { type RequestDraft, reasonHeaders } from './compose.js';
import type { Dialog } from './dialogs/dialog.js';
import { OutgoingInvite } from './dialogs/outgoing-invite.js';
import type { SessionSnapshot } from './dialogs/session-snapshot.js';
import { establish, type ReplacedSession, Sessions } from './dialogs/sessions.js';
import type { UnansweredInvite } from './dialogs/unanswered-invite.js';
import { type Flow, type SipTarget, targetOfFlow } from './flow.js';
import { IncomingMessages } from './incoming-messages.js';
import { OutgoingRegistration } from './outgoing-registration.js';
import { PacketReader } from './packet-reader.js';
import { checkHeaders } from './parse/build-message.js';
import { nameAddrText } from './parse/name-addr.js';
import { parseUri } from './parse/uri.js';
import type { ServerRequest } from './server-request.js';
import type {
  HangUpOptions,
  HeaderList,
  InviteOptions,
  RegisterOptions,
  RequestOptions,
  ResponseOptions,
} from './sip-command.js';
import type { InDialogRequest, SipEvent, SipOutput, SipReason } from './sip-event.js';
import type { SipSettings } from './sip-settings.js';
import type { DialogOwner, Stack } from './stack.js';
import { TimerQueue } from './timer-queue.js';
import { TransactionLayer } from './transactions/transaction-layer.js';
import { Referrals } from './transfer/referrals.js';
import type { Replaces } from './transfer/replaces.js';

/** How much a user agent holds. All are zero when it has nothing to do. */
export interface SipGauges {
  /** Sessions whose `ended` has not come yet. */
  readonly sessions: number;
  /** Dialogs, early ones at the callee and confirmed ones, those being torn down included. */
  readonly dialogs: number;
  readonly transactions: number;
  readonly timers: number;
  /** Requests that wait for `respond`; of them, INVITEs that came in are what a half-open cap counts. */
  readonly unanswered: number;
}

/**
 * A SIP user agent without I/O: transactions (RFC 3261 17, RFC 6026), dialogs (12), INVITE sessions with their timers (13, 14, RFC 4028), digest as a
 * client, registrations of ours. It opens no socket, reads no clock and makes no chance of its own.
 *
 * Put something in (`handlePacket`, `handleTimeout`, a command), then call `poll` until it answers undefined, then wait for a packet or for
 * `nextTimeout`. All times are milliseconds of one clock that never goes back. Nothing a peer sends makes a method throw. Commands about a session or a
 * request that is over do nothing and answer false; commands that would not make a valid message (a line break in a header, a broken URI) throw
 * `SipBuildError` or `SipSyntaxError` and change nothing.
 */
export class SipUserAgent {
  readonly #settings: SipSettings;
  readonly #timers = new TimerQueue();
  readonly #transactions: TransactionLayer;
  readonly #outputs: SipOutput[] = [];
  #drained = 0;
  readonly #stack: Stack;
  readonly #dialogs = new Map<string, DialogOwner>();
  readonly #sessions: Sessions;
  readonly #incoming: IncomingMessages;
  readonly #packets: PacketReader;
  readonly #referrals: Referrals;
  readonly #unanswered = new Map<string, ServerRequest>();
  readonly #registrations = new Map<string, OutgoingRegistration>();
  #ids = 0;

  constructor(settings: SipSettings) {
    this.#settings = settings;
    const send = (target: SipTarget, bytes: Buffer) => void this.#outputs.push({ kind: 'send', target, bytes });
    this.#transactions = new TransactionLayer({ timers: this.#timers, settings: settings.timers, send });
    this.#stack = {
      settings,
      timers: this.#timers,
      transactions: this.#transactions,
      dialogs: this.#dialogs,
      send,
      unserved: (target) => void this.#outputs.push({ kind: 'unserved', target }),
      emit: (event: SipEvent) => void this.#outputs.push({ kind: 'event', event }),
      token: () => this.#token(),
      tag: () => (settings.tagMark === undefined ? this.#token() : `${this.#token()}-${settings.tagMark}`),
      newId: (prefix) => `${prefix}${++this.#ids}`,
      await: (request) => {
        this.#unanswered.set(request.id, request);
        request.transaction.onAnswered = () => this.#unanswered.delete(request.id);
      },
    };
    this.#sessions = new Sessions(this.#stack);
    this.#incoming = new IncomingMessages(this.#stack, this.#sessions);
    this.#referrals = new Referrals(this.#stack);
    this.#packets = new PacketReader(settings.limits, {
      message: (bytes, flow) => this.#incoming.handle(bytes, flow),
      ping: (flow) => send(targetOfFlow(flow), Buffer.from('\r\n')),
      broken: (connectionId, why) => void this.#outputs.push({ kind: 'close', connectionId, why }),
    });
  }

  /** A datagram, or the next bytes of a connection. Several messages, part messages and keep-alives are sorted out here. */
  handlePacket(bytes: Buffer, flow: Flow, now: number): void {
    this.#timers.moveTo(now);
    this.#packets.read(bytes, flow);
  }

  /** Fires what is due. Harmless when nothing is. */
  handleTimeout(now: number): void {
    this.#timers.fire(now);
  }

  /** When `handleTimeout` wants to be called, or undefined. */
  nextTimeout(): number | undefined {
    return this.#timers.next();
  }

  /** The next thing to do, or undefined. */
  poll(): SipOutput | undefined {
    const output = this.#outputs[this.#drained];
    if (output) {
      this.#drained++;
      return output;
    }
    this.#outputs.length = 0;
    this.#drained = 0;
    return undefined;
  }

  /**
   * Something could not be sent there: no connection, no such name, port unreachable. Client transactions towards it end with 503 (RFC 3261 8.1.3.1).
   */
  targetFailed(target: SipTarget, now: number): void {
    this.#timers.moveTo(now);
    this.#transactions.targetFailed(
      (other) => other.transport === target.transport && other.address === target.address && other.port === target.port,
    );
  }

  /** A connection closed. Part messages of it are forgotten; requests waiting for an answer on it fail as with `targetFailed`. */
  connectionClosed(connectionId: string, now: number): void {
    this.#timers.moveTo(now);
    this.#packets.closed(connectionId);
    this.#transactions.targetFailed((other) => other.connectionId === connectionId);
  }

  /**
   * While set, new INVITEs are refused with 503 and Retry-After before anything is kept of them; requests within dialogs pass (RFC 7339 in spirit).
   */
  setOverload(retryAfterSeconds: number | undefined): void {
    this.#incoming.retryAfter = retryAfterSeconds;
  }

  /** Answers a request: an initial INVITE, a re-INVITE, any other. False where it is over (answered, cancelled, timed out). */
  respond(requestId: string, status: number, options: ResponseOptions, now: number): boolean {
    this.#timers.moveTo(now);
    const request = this.#unanswered.get(requestId);
    return request?.answer(status, options) ?? false;
  }

  /** Starts a call. Answers its session id. */
  invite(options: InviteOptions, now: number): string {
    this.#timers.moveTo(now);
    parseUri(options.uri);
    const session = this.#sessions.open();
    try {
      session.stage = new OutgoingInvite(this.#stack, session.reporter, options, (established) =>
        establish(session, established),
      );
      return session.reporter.sessionId;
    } catch (error) {
      this.#sessions.discard(session);
      throw error;
    }
  }

  /** Acknowledges the 2xx to an INVITE of ours that had no offer, with our answer. */
  acknowledge(sessionId: string, sdp: string, now: number): boolean {
    this.#timers.moveTo(now);
    return this.#sessions.get(sessionId)?.established?.payAck(sdp) ?? false;
  }

  /**
   * Ends a session in whatever state it is: CANCEL (held back until a provisional came), BYE (held back until the ACK came), or a failure response.
   * `ended` comes at once; what is left to do on the wire goes on unseen.
   */
  hangUp(sessionId: string, options: HangUpOptions, now: number): boolean {
    this.#timers.moveTo(now);
    checkHeaders([...reasonHeaders(options.reason), ...(options.headers ?? [])]);
    const stage = this.#sessions.get(sessionId)?.stage;
    stage?.hangUp(options);
    return stage !== undefined;
  }

  /** Offers a new description within an answered session (hold, resume). Waits for one under way; glare is tried again (RFC 3261 14.1). */
  reinvite(sessionId: string, sdp: string, now: number): boolean {
    this.#timers.moveTo(now);
    return this.#sessions.get(sessionId)?.established?.reinvite(sdp) ?? false;
  }

  /** Acknowledges a reliable provisional that made an offer, with our answer (RFC 3262 5): `toTag` is that of its `progress`. */
  answerProvisional(sessionId: string, toTag: string, sdp: string, now: number): boolean {
    this.#timers.moveTo(now);
    const stage = this.#sessions.get(sessionId)?.stage;
    return stage instanceof OutgoingInvite && stage.answerProvisional(toTag, sdp);
  }

  /**
   * Sends an UPDATE (RFC 3311): with an offer, or only to tell our Contact and refresh the session timer. Within an answered session it waits for its turn. Before the
   * answer it goes out only where it may: once a provisional was acknowledged by PRACK and every offer was answered; `toTag` names the fork. Its outcome is
   * `reinvite-answered` or `reinvite-failed`.
   */
  update(sessionId: string, sdp: string | undefined, now: number, toTag?: string): boolean {
    this.#timers.moveTo(now);
    return this.#sessions.get(sessionId)?.stage?.update(sdp, toTag) ?? false;
  }

  /** Sends a request within an answered session, as INFO. Answers its request id (its answer comes as `response`), or undefined. */
  requestWithin(
    sessionId: string,
    method: string,
    options: { headers?: HeaderList; body?: { contentType: string; content: string } },
    now: number,
  ): string | undefined {
    this.#timers.moveTo(now);
    const requestId = this.#stack.newId('q');
    const sent = this.#sessions.get(sessionId)?.established?.request(requestId, method, options) ?? false;
    return sent ? requestId : undefined;
  }

  /**
   * Takes a REFER on (202) that came within an answered session, or refuses it with 481 where that is over. Answers an id for `tellReferrer`, or undefined.
   * `wantsNotify`: false where the far end wants to be told nothing (RFC 4488).
   */
  acceptRefer(
    { sessionId, requestId, request }: InDialogRequest,
    wantsNotify: boolean,
    now: number,
  ): string | undefined {
    this.#timers.moveTo(now);
    const established = this.#sessions.get(sessionId)?.established;
    if (!established) {
      this.respond(requestId, 481, {}, now);
      return undefined;
    }
    const headers = [established.contact, ...(wantsNotify ? [] : [['Refer-Sub', 'false'] as const])];
    const taken = this.respond(requestId, 202, { headers }, now);
    return taken && wantsNotify ? this.#referrals.subscribe(established, request.cseq.number) : undefined;
  }

  /** Tells whoever sent a REFER how the new call stands; a final status is the last. */
  tellReferrer(subscriptionId: string, status: number, now: number): boolean {
    this.#timers.moveTo(now);
    return this.#referrals.tell(subscriptionId, status);
  }

  /** The session whose dialog a Replaces names. */
  findReplaced(replaces: Replaces, now: number): ReplacedSession {
    this.#timers.moveTo(now);
    return this.#sessions.findReplaced(replaces);
  }

  /** Asks the far end of an answered session to call somebody else (RFC 3515). Answers the request id, as `requestWithin`. */
  refer(sessionId: string, headers: HeaderList, now: number): string | undefined {
    this.#timers.moveTo(now);
    const established = this.#sessions.get(sessionId)?.established;
    if (!established) return undefined;
    checkHeaders(headers);
    return this.requestWithin(sessionId, 'REFER', { headers: [established.contact, ...headers] }, now);
  }

  /** Sends a request outside a dialog. Answers its request id. */
  request(options: RequestOptions, now: number): string {
    this.#timers.moveTo(now);
    const requestId = this.#stack.newId('q');
    const callId = this.#token() + this.#token();
    const from = nameAddrText(undefined, options.from, this.#token());
    let cseq = 0;
    const draft = (): RequestDraft => ({
      method: options.method,
      uri: options.uri,
      target: options.target,
      routes: [],
      from,
      to: nameAddrText(undefined, options.to ?? options.uri),
      callId,
      cseq: ++cseq,
      headers: options.headers ?? [],
      body: options.body,
    });
    sendRequest(this.#stack, draft, options.credentials, (status, response) =>
      this.#stack.emit({ type: 'response', requestId, status, response }),
    );
    return requestId;
  }

  /** Registers us and keeps it up. Answers the registration's id. */
  register(options: RegisterOptions, now: number): string {
    this.#timers.moveTo(now);
    const id = this.#stack.newId('g');
    const registration = new OutgoingRegistration(this.#stack, id, options, () => this.#registrations.delete(id));
    this.#registrations.set(id, registration);
    return id;
  }

  /** Keeps a registration up at another server from now on: registers there at once, or when it would have been tried again anyway. */
  moveRegistration(
    registrationId: string,
    to: Pick<RegisterOptions, 'target' | 'routes'>,
    when: 'now' | 'later',
    now: number,
  ): void {
    this.#timers.moveTo(now);
    this.#registrations.get(registrationId)?.moveTo(to, when);
  }

  /** Forgets a registration that somebody else keeps up. */
  letRegistrationGo(registrationId: string, now: number): void {
    this.#timers.moveTo(now);
    this.#registrations.get(registrationId)?.letGo();
  }

  /** Takes a registration back (Expires: 0). */
  unregister(registrationId: string, now: number): boolean {
    this.#timers.moveTo(now);
    const registration = this.#registrations.get(registrationId);
    registration?.leave();
    return registration !== undefined;
  }

  /** The dialog of a session that was answered or came in, as plain data. */
  dialogOf(sessionId: string): Dialog | undefined {
    const stage = this.#sessions.get(sessionId)?.stage;
    return stage instanceof OutgoingInvite ? undefined : stage?.dialog;
  }

  /** An answered session as plain data, for `restore` in a later process; undefined where it is not answered, or over. */
  snapshotOf(sessionId: string): SessionSnapshot | undefined {
    return this.#sessions.get(sessionId)?.established?.snapshot();
  }

  /** Goes on with an answered session of a former process. Answers its session id. */
  restore(snapshot: SessionSnapshot, now: number): string {
    this.#timers.moveTo(now);
    return this.#sessions.restore(snapshot);
  }

  /** A session without a final answer as plain data, for `giveUp` in a later process; undefined where it is answered, or over. */
  unansweredOf(sessionId: string): UnansweredInvite | undefined {
    const stage = this.#sessions.get(sessionId)?.stage;
    return stage && 'unanswered' in stage ? stage.unanswered : undefined;
  }

  /** Ends what a former process left without an answer: theirs with 503, ours by CANCEL. Throws where it makes no message. */
  giveUp(
    invite: UnansweredInvite,
    how: { readonly reason: SipReason; readonly retryAfterSeconds: number },
    now: number,
  ): void {
    this.#timers.moveTo(now);
    const { reason, retryAfterSeconds } = how;
    const headers = [['Retry-After', String(retryAfterSeconds)], ...reasonHeaders(reason)] as const;
    if (invite.kind === 'ours') this.#sessions.giveUp(invite, { reason });
    else this.#incoming.refuseFormer(invite, 503, { headers });
  }

  /** The peer of an answered session is reached another way now: it came back on another connection. */
  moveSession(sessionId: string, path: SipTarget): void {
    this.#sessions.get(sessionId)?.established?.moveTo(path);
  }

  /** Refreshes an answered session after so long where that is ours to do (RFC 4028 10), milliseconds. */
  refreshAfter(sessionId: string, delayMs: number, now: number): void {
    this.#timers.moveTo(now);
    this.#sessions.get(sessionId)?.established?.refreshAfter(delayMs);
  }

  gauges(): SipGauges {
    return {
      sessions: this.#sessions.size,
      dialogs: this.#dialogs.size,
      transactions: this.#transactions.size,
      timers: this.#timers.size,
      unanswered: this.#unanswered.size,
    };
  }

  #token(): string {
    const { random } = this.#settings;
    const high = Math.floor(random.next() * 0x1_0000_0000);
    const low = Math.floor(random.next() * 0x1_0000_0000);
    return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
  }
}
