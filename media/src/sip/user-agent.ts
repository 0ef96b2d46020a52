import { sendRequest } from './client-request.js';
import { composeResponse, hasReadableToTag, type RequestDraft, reasonHeaders } from './compose.js';
import { Descriptions } from './dialogs/descriptions.js';
import { type Dialog, dialogKey } from './dialogs/dialog.js';
import { EstablishedSession } from './dialogs/established-session.js';
import { FormerSessions } from './dialogs/former-sessions.js';
import { IncomingInvite } from './dialogs/incoming-invite.js';
import { LiveDialog } from './dialogs/live-dialog.js';
import { OutgoingInvite } from './dialogs/outgoing-invite.js';
import { SessionReporter } from './dialogs/session-reporter.js';
import { dialogOfFormerProcess, type SessionSnapshot } from './dialogs/session-snapshot.js';
import { type Flow, isReliable, isWebSocket, type SipTarget, targetOfFlow } from './flow.js';
import { OutgoingRegistration } from './outgoing-registration.js';
import { checkHeaders } from './parse/build-message.js';
import type { SipRequest } from './parse/message.js';
import { nameAddrText } from './parse/name-addr.js';
import { parseMessage } from './parse/parse-message.js';
import { StreamFramer } from './parse/stream-framer.js';
import { parseUri } from './parse/uri.js';
import { checkRequest, type Refusal } from './request-checks.js';
import { ServerRequest } from './server-request.js';
import type {
  HangUpOptions,
  HeaderList,
  InviteOptions,
  RegisterOptions,
  RequestOptions,
  ResponseOptions,
} from './sip-command.js';
import { SipBuildError, SipSyntaxError, SipTooLargeError } from './sip-errors.js';
import type { InDialogRequest, SipEvent, SipOutput } from './sip-event.js';
import type { SipSettings } from './sip-settings.js';
import type { DialogOwner, Stack } from './stack.js';
import { TimerQueue } from './timer-queue.js';
import { responseRoute } from './transactions/response-route.js';
import { TransactionLayer } from './transactions/transaction-layer.js';
import { EndedDialogs } from './transfer/ended-dialogs.js';
import type { ReferSubscription } from './transfer/refer-subscription.js';
import { keyOfReplaces, type Replaces } from './transfer/replaces.js';

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

/** Requests that mean nothing outside a dialog. */
const withinOnly = new Set(['BYE', 'PRACK', 'UPDATE']);

interface Session {
  readonly reporter: SessionReporter;
  stage: IncomingInvite | OutgoingInvite | EstablishedSession | undefined;
  established: EstablishedSession | undefined;
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
  readonly #sessions = new Map<string, Session>();
  readonly #unanswered = new Map<string, ServerRequest>();
  readonly #registrations = new Map<string, OutgoingRegistration>();
  readonly #framers = new Map<string, StreamFramer>();
  readonly #endedDialogs = new EndedDialogs();
  readonly #former = new FormerSessions();
  readonly #referSubscriptions = new Map<string, ReferSubscription>();
  #retryAfter: number | undefined;
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
  }

  /** A datagram, or the next bytes of a connection. Several messages, part messages and keep-alives are sorted out here. */
  handlePacket(bytes: Buffer, flow: Flow, now: number): void {
    this.#timers.moveTo(now);
    if (!isReliable(flow.transport)) {
      this.#handleMessage(bytes, flow);
      return;
    }
    if (isWebSocket(flow.transport)) {
      this.#handleFrame(bytes, flow);
      return;
    }
    const connectionId = flow.connectionId ?? '';
    let framer = this.#framers.get(connectionId);
    if (!framer) this.#framers.set(connectionId, (framer = new StreamFramer(this.#settings.limits)));
    try {
      const { messages, pings } = framer.push(bytes);
      for (let i = 0; i < pings; i++) this.#stack.send(targetOfFlow(flow), Buffer.from('\r\n'));
      for (const message of messages) this.#handleMessage(message, flow);
    } catch (error) {
      if (!(error instanceof SipSyntaxError || error instanceof SipTooLargeError)) throw error;
      this.#framers.delete(connectionId);
      this.#outputs.push({ kind: 'close', connectionId, why: error.message });
    }
  }

  /** One message, or a keep-alive (RFC 7118 5, 6; RFC 5626 4.4.1). */
  #handleFrame(bytes: Buffer, flow: Flow): void {
    if (bytes.length > 4 || bytes.some((byte) => byte !== 0x0d && byte !== 0x0a)) this.#handleMessage(bytes, flow);
    else if (bytes.length === 4) this.#stack.send(targetOfFlow(flow), Buffer.from('\r\n'));
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
    this.#framers.delete(connectionId);
    this.#transactions.targetFailed((other) => other.connectionId === connectionId);
  }

  /**
   * While set, new INVITEs are refused with 503 and Retry-After before anything is kept of them; requests within dialogs pass (RFC 7339 in spirit).
   */
  setOverload(retryAfterSeconds: number | undefined): void {
    this.#retryAfter = retryAfterSeconds;
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
    const sessionId = this.#stack.newId('s');
    const session = this.#newSession(sessionId);
    try {
      const invite = new OutgoingInvite(this.#stack, session.reporter, options, (established) => {
        session.stage = session.established = established;
      });
      session.stage = invite;
      return sessionId;
    } catch (error) {
      this.#sessions.delete(sessionId);
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
    if (!this.respond(requestId, 202, { headers }, now) || !wantsNotify) return undefined;
    const id = this.#stack.newId('f');
    const over = () => this.#referSubscriptions.delete(id);
    const subscription = established.referSubscription(request.cseq.number, over);
    this.#referSubscriptions.set(id, subscription);
    subscription.tell(100);
    return id;
  }

  /** Tells whoever sent a REFER how the new call stands; a final status is the last. */
  tellReferrer(subscriptionId: string, status: number, now: number): boolean {
    this.#timers.moveTo(now);
    return this.#referSubscriptions.get(subscriptionId)?.tell(status) ?? false;
  }

  /**
   * The session whose dialog a Replaces names (RFC 3891 3): an answered one, or one of ours that is not answered yet (`early`). `ended` where it was over a moment ago.
   */
  findReplaced(
    replaces: Replaces,
    now: number,
  ): { readonly sessionId: string; readonly early: boolean } | 'ended' | 'none' {
    this.#timers.moveTo(now);
    const key = keyOfReplaces(replaces);
    const owner = this.#dialogs.get(key);
    const session = owner && this.#sessions.get(owner.sessionId);
    if (session?.established === owner && owner) return { sessionId: owner.sessionId, early: false };
    if (session)
      return session.stage instanceof OutgoingInvite ? { sessionId: session.reporter.sessionId, early: true } : 'none';
    if (owner || this.#endedDialogs.has(key, now)) return 'ended';
    for (const [sessionId, { stage }] of this.#sessions) {
      if (stage instanceof OutgoingInvite && stage.hasEarlyDialog(key)) return { sessionId, early: true };
    }
    return 'none';
  }

  /** The session that has the dialog of this name (`dialogKey`), answered or come in. */
  sessionOf(key: string): string | undefined {
    return this.#dialogs.get(key)?.sessionId;
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
    const session = this.#newSession(this.#stack.newId('s'));
    const { contactUser, credentials, peerUpdates, timer, local, remote } = snapshot;
    const dialog = new LiveDialog(dialogOfFormerProcess(snapshot.dialog));
    const descriptions = Descriptions.agreed(local, remote);
    const start = { contactUser, credentials, peerUpdates, timer, descriptions };
    const established = new EstablishedSession(this.#stack, session.reporter, dialog, start);
    session.stage = session.established = established;
    this.#former.add(established);
    return established.sessionId;
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

  #handleMessage(bytes: Buffer, flow: Flow): void {
    try {
      const { message, fault } = parseMessage(bytes, this.#settings.limits);
      if (message.kind === 'response') {
        if (fault === undefined && !this.#transactions.receiveResponse(message, flow)) this.#former.take(message);
      } else if (fault !== undefined) {
        if (message.method !== 'ACK') this.#refuse(message, flow, { status: 400, phrase: fault });
      } else this.#handleRequest(message, flow);
    } catch (error) {
      // What cannot be taken apart, or not even be answered, is dropped (18.3, 18.1.2). A part that is read late may turn out broken here.
      if (error instanceof SipSyntaxError || error instanceof SipTooLargeError || error instanceof SipBuildError)
        return;
      throw error;
    }
  }

  #handleRequest(request: SipRequest, hop: Flow): void {
    const { method } = request;
    const known = this.#transactions.find(request, method);
    if (method === 'ACK') {
      if (known?.kind === 'invite-server' && known.acknowledged()) return;
      this.#ownerOf(request)?.acknowledged(request);
      return;
    }
    if (known) {
      known.retransmitted();
      return;
    }
    if (this.#transactions.size >= this.#settings.limits.maxTransactions) return;
    if (method === 'CANCEL') {
      this.#handleCancel(request, hop);
      return;
    }
    const fresh = request.toTag === undefined;
    if (fresh && method === 'INVITE' && this.#former.answered(request)) return;
    const { reveal } = this.#settings;
    const flow = fresh && reveal ? reveal(request, hop) : hop;
    if (!flow) return;
    if (fresh && method === 'INVITE' && this.#retryAfter !== undefined) {
      this.#refuse(request, flow, { status: 503, headers: [['Retry-After', String(this.#retryAfter)]] });
      return;
    }
    const refusal: Refusal | undefined =
      request.header(':version') === ''
        ? { status: 505 }
        : fresh && this.#transactions.isMerged(request)
          ? { status: 482 }
          : (checkRequest(request, flow, this.#settings.sessionTimer) ??
            (fresh ? this.#settings.screen?.(request, flow) : undefined));
    const owner = fresh ? undefined : this.#ownerOf(request);
    if (refusal) {
      this.#refuse(request, flow, refusal);
      return;
    }
    if (!owner && (!fresh || withinOnly.has(method))) {
      this.#refuse(request, flow, { status: 481 });
      return;
    }
    const served = this.#serve(request, flow);
    if (owner) owner.receive(served);
    else if (method === 'INVITE') this.#newIncoming(served);
    else {
      this.#stack.await(served);
      this.#stack.emit({ type: 'request', requestId: served.id, request, flow });
    }
  }

  /** 9.2: 200 where the INVITE is known, answered or not; it ends with 487 only where it was not. */
  #handleCancel(request: SipRequest, flow: Flow): void {
    const invite = this.#transactions.find(request, 'INVITE');
    if (invite?.kind !== 'invite-server') {
      this.#refuse(request, flow, { status: 481 });
      return;
    }
    this.#serve(request, flow).send(200);
    if (invite.finalStatus === undefined) invite.onCancel?.(request);
  }

  #newIncoming(invite: ServerRequest): void {
    const session = this.#newSession(this.#stack.newId('s'));
    session.stage = new IncomingInvite(this.#stack, session.reporter, invite, (established) => {
      session.stage = session.established = established;
    });
  }

  #newSession(sessionId: string): Session {
    const reporter = new SessionReporter(this.#stack, sessionId, () => {
      this.#sessions.delete(sessionId);
      if (!session.established) return;
      this.#former.remove(session.established);
      this.#endedDialogs.add(session.established.key, this.#timers.now);
    });
    const session: Session = { reporter, stage: undefined, established: undefined };
    this.#sessions.set(sessionId, session);
    return session;
  }

  #serve(request: SipRequest, flow: Flow): ServerRequest {
    const trying = (vias: readonly string[]) => composeResponse(this.#settings, request, vias, 100, undefined, {});
    const { transaction, vias } = this.#transactions.serve(request, flow, trying);
    return new ServerRequest(this.#stack, request, flow, transaction, vias);
  }

  /** Answers without keeping anything (8.2.7). */
  #refuse(request: SipRequest, flow: Flow, refusal: Refusal): void {
    const { target, vias } = responseRoute(request, flow);
    const toTag = hasReadableToTag(request) ? undefined : this.#token();
    const options = {
      headers: refusal.headers ?? [],
      ...(refusal.phrase === undefined ? {} : { phrase: refusal.phrase }),
    };
    this.#stack.send(target, composeResponse(this.#settings, request, vias, refusal.status, toTag, options));
  }

  #ownerOf(request: SipRequest): DialogOwner | undefined {
    return this.#dialogs.get(dialogKey(request.callId, request.toTag ?? '', request.fromTag ?? ''));
  }

  #token(): string {
    const { random } = this.#settings;
    const high = Math.floor(random.next() * 0x1_0000_0000);
    const low = Math.floor(random.next() * 0x1_0000_0000);
    return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
  }
}
