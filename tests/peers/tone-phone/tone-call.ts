import { History } from '../history.js';
import { within } from '../within.js';
import type { Direction, RemoteMedia } from './sdp-text.js';
import { answering, readSdp, writeSdp } from './sdp-text.js';
import { cseqOf, firstLine, headerOf, type SipText, uriIn } from './sip-text.js';
import { cancelOf, type HeaderList, refusalAck, ToneDialog } from './tone-dialog.js';
import type { ToneMedia } from './tone-media.js';
import { randomWord, type TonePhone } from './tone-phone.js';

export interface DialOptions {
  /** User part of From, where it is not the phone's own. */
  readonly from?: string;
  /** User part of To, where it is not that of the Request-URI. */
  readonly to?: string;
  readonly headers?: HeaderList;
  /** Whether a 2xx is acknowledged by itself. Default true; otherwise call `ack`. */
  readonly autoAck?: boolean;
  /** Leave the SDP out of the INVITE; the answer comes with the ACK (RFC 3264 delayed offer). Default false. */
  readonly delayedOffer?: boolean;
}

/** How a call ended, as this phone saw it. */
export interface CallEnd {
  readonly by: 'us' | 'them';
  /** `BYE`, `CANCEL`, or the final status of the INVITE. */
  readonly how: string;
}

/** One call of a `TonePhone`. */
export class ToneCall {
  readonly direction: 'inbound' | 'outbound';
  readonly media: ToneMedia;
  /** Responses and requests of this call that came in. */
  readonly received: History<SipText>;
  /** The INVITE that came in, or the last one we sent. */
  invitation: SipText;
  /** What to do when a CANCEL comes: refuse with 487, or answer with 200 as if the two had crossed. */
  onCancel: 'refuse' | 'answer' = 'refuse';
  /** What to do when a BYE comes: answer 200, or nothing at all. */
  onBye: 'accept' | 'ignore' = 'accept';
  readonly #phone: TonePhone;
  readonly #options: DialOptions;
  readonly #dialog: ToneDialog;
  #inviteCseq = 1;
  #sdpVersion = 1;
  #direction: Direction = 'sendrecv';
  #challenged = false;
  #stopRepeating = () => {};
  #end: CallEnd | undefined;
  readonly #ended: Promise<CallEnd>;
  #settleEnd: (end: CallEnd) => void = () => {};
  readonly #final: Promise<SipText>;
  #settleFinal: (response: SipText) => void = () => {};

  private constructor(
    phone: TonePhone,
    media: ToneMedia,
    place: { direction: 'inbound' | 'outbound'; callId: string; localUri: string; remoteUri: string; target: string },
    invitation: SipText,
    options: DialOptions,
  ) {
    this.#phone = phone;
    this.media = media;
    this.direction = place.direction;
    this.#dialog = new ToneDialog({ ...place, localTag: randomWord() });
    this.invitation = invitation;
    this.#options = options;
    this.received = new History(`call ${place.callId}`, firstLine);
    this.#ended = new Promise((resolve) => (this.#settleEnd = resolve));
    this.#final = new Promise((resolve) => (this.#settleFinal = resolve));
  }

  static outbound(phone: TonePhone, media: ToneMedia, uri: string, options: DialOptions): ToneCall {
    const localUri = `<sip:${options.from ?? phone.options.user}@${phone.domain}>`;
    const place = {
      direction: 'outbound',
      callId: `tone-${randomWord()}`,
      localUri,
      remoteUri: options.to === undefined ? `<${uri}>` : `<sip:${options.to}@${phone.domain}>`,
      target: uri,
    } as const;
    return new ToneCall(phone, media, place, { method: 'INVITE', uri, headers: [], body: '' }, options);
  }

  static inbound(phone: TonePhone, media: ToneMedia, request: SipText): ToneCall {
    const call = new ToneCall(
      phone,
      media,
      {
        direction: 'inbound',
        callId: headerOf(request, 'Call-ID'),
        localUri: headerOf(request, 'To'),
        remoteUri: headerOf(request, 'From'),
        target: uriIn(headerOf(request, 'Contact')),
      },
      request,
      {},
    );
    call.#dialog.learnFromRequest(request);
    call.received.add(request);
    return call;
  }

  get callId(): string {
    return this.#dialog.callId;
  }

  /** The tags of its dialog, ours and the other side's. */
  get localTag(): string {
    return this.#dialog.localTag;
  }

  get remoteTag(): string {
    return this.#dialog.remoteTag;
  }

  /** Resolves with how it ended. */
  get ended(): Promise<CallEnd> {
    return within(this.#ended, `the end of the call ${this.callId}`, () => this.received.all.map(firstLine).join('\n'));
  }

  /** The final response to our INVITE. */
  get final(): Promise<SipText> {
    return within(this.#final, `the final response to the INVITE of ${this.callId}`, () =>
      this.received.all.map(firstLine).join('\n'),
    );
  }

  /** Resolves once the other side answered; rejects where it refused. */
  async answered(): Promise<void> {
    const final = await this.final;
    const by = headerOf(final, 'Server') || 'a proxy';
    if ((final.status ?? 0) >= 300) throw new Error(`the call was refused by ${by}: ${firstLine(final)}`);
  }

  /** Resolves with the first provisional response of this status. */
  provisional(status: number): Promise<SipText> {
    return this.received.first(`a ${status}`, (message) => message.status === status);
  }

  /** Sends the INVITE; `TonePhone.dial` does it. */
  invite(authorization: HeaderList = []): void {
    const body = this.#options.delayedOffer ? '' : this.#sdp();
    const request = this.#request('INVITE', body, [
      ...this.#sdpHeaders(body),
      ...(this.#options.headers ?? []),
      ...authorization,
    ]);
    this.invitation = request;
    this.#inviteCseq = cseqOf(request).number;
    this.#phone.request(request, (response) => this.#inviteResponse(request, response, authorization.length > 0));
  }

  /** 180. */
  ring(): void {
    this.#respondToInvite(180, 'Ringing');
  }

  /** 183 with SDP: our tone sounds before we answer. */
  earlyMedia(): void {
    this.#respondToInvite(183, 'Session Progress', this.#sdp(this.invitation.body || undefined));
    this.#listenTo(this.invitation.body);
  }

  /** 200 with SDP, until it is acknowledged. Resolves with the ACK. */
  async answer(): Promise<void> {
    this.#listenTo(this.invitation.body);
    const send = () => this.#respondToInvite(200, 'OK', this.#sdp(this.invitation.body || undefined));
    this.#stopRepeating = this.#phone.repeat(send);
    await this.received.first('the ACK of our 200', (message) => message.method === 'ACK');
  }

  /** 401 with a challenge. Resolves with the INVITE that answers it, which the call goes on with. */
  async challenge(challenge: string): Promise<SipText> {
    const from = this.received.all.length;
    this.#challenged = true;
    this.#respondToInvite(401, 'Unauthorized', '', [['WWW-Authenticate', challenge]]);
    return this.received.first('the INVITE with credentials', (message) => message.method === 'INVITE', { from });
  }

  /** Any other final answer. */
  reject(status: number, reason = 'Refused', headers: HeaderList = []): void {
    this.#respondToInvite(status, reason, '', headers);
    this.#finish({ by: 'us', how: String(status) });
  }

  /** Sends a CANCEL now, whatever came before. */
  cancel(headers: HeaderList = []): void {
    const cancel = cancelOf(this.invitation);
    const request = { ...cancel, headers: [...cancel.headers, ...headers] };
    this.#phone.request(request, (response) => this.received.add(response));
  }

  /** Acknowledges the 2xx, for calls made with `autoAck: false`. */
  ack(body = ''): void {
    const request = this.#request('ACK', body, this.#sdpHeaders(body), this.#inviteCseq);
    this.#phone.send(request, this.#dialog.nextHop());
  }

  /** Sends a BYE now. Resolves with its final response. */
  async bye(): Promise<SipText> {
    const response = this.request('BYE');
    this.#finish({ by: 'us', how: 'BYE' });
    return response;
  }

  /** Sends a re-INVITE that holds the other side. Resolves with the final response. */
  hold(direction: Direction = 'sendonly'): Promise<SipText> {
    return this.#reinvite(direction);
  }

  resume(): Promise<SipText> {
    return this.#reinvite('sendrecv');
  }

  /** Any request inside the call. Resolves with the final response; it is acknowledged where it is an INVITE's. */
  async request(method: string, options: { body?: string; headers?: HeaderList } = {}): Promise<SipText> {
    const request = this.#request(method, options.body ?? '', options.headers ?? []);
    const response = await this.#phone.requestFinal(request, this.#dialog.nextHop());
    this.received.add(response);
    if (method === 'INVITE') {
      const ack =
        (response.status ?? 0) < 300
          ? this.#request('ACK', '', [], cseqOf(request).number)
          : refusalAck(request, response);
      this.#phone.send(ack, this.#dialog.nextHop());
    }
    return response;
  }

  /** A key press in a SIP INFO (application/dtmf-relay). */
  sendInfoDigit(digit: string): Promise<SipText> {
    const body = `Signal=${digit}\r\nDuration=160\r\n`;
    return this.request('INFO', { body, headers: [['Content-Type', 'application/dtmf-relay']] });
  }

  /** Ends it on our side without a word, as a phone whose battery died. */
  abandon(): void {
    this.#finish({ by: 'us', how: 'abandoned' });
  }

  /** Takes a request of this call from the phone's socket. */
  receive(request: SipText): void {
    this.#take(request);
    this.received.add(request);
  }

  #take(request: SipText): void {
    if (request.method === 'ACK') {
      this.#stopRepeating();
      if (request.body !== '') this.#listenTo(request.body);
    } else if (request.method === 'INVITE' && this.#challenged) {
      this.#challenged = false;
      this.invitation = request;
    } else if (request.method === 'INVITE') {
      this.#reinvited(request);
    } else if (request.method === 'CANCEL') {
      this.#cancelled(request);
    } else if (request.method !== 'BYE') {
      this.#phone.respond(request, 200, 'OK');
    } else if (this.onBye === 'accept') {
      this.#phone.respond(request, 200, 'OK');
      this.#finish({ by: 'them', how: 'BYE' });
    }
  }

  #cancelled(request: SipText): void {
    this.#phone.respond(request, 200, 'OK');
    if (this.onCancel === 'answer') {
      void this.answer().catch(() => {});
      return;
    }
    this.#respondToInvite(487, 'Request Terminated');
    this.#finish({ by: 'them', how: 'CANCEL' });
  }

  #inviteResponse(request: SipText, response: SipText, authorized: boolean): void {
    const status = response.status ?? 0;
    if (status >= 300) this.#phone.send(refusalAck(request, response));
    if (!authorized) {
      const authorization = this.#phone.authorize(response, 'INVITE', request.uri ?? '');
      if (authorization) {
        this.invite([authorization]);
        return;
      }
    }
    this.received.add(response);
    if (status > 100 && status < 300) {
      this.#dialog.learnFromResponse(response);
      if (response.body !== '') this.#listenTo(response.body);
    }
    if (status >= 200 && status < 300) {
      if (this.#options.autoAck ?? true) this.ack(this.#options.delayedOffer ? this.#sdp(response.body) : '');
    }
    if (status >= 200) this.#settleFinal(response);
    if (status >= 300) this.#finish({ by: 'them', how: String(status) });
  }

  #reinvited(request: SipText): void {
    const remote = readSdp(request.body);
    this.#dialog.learnFromRequest(request);
    this.#direction = answering(remote?.direction ?? 'sendrecv');
    this.#sdpVersion += 1;
    if (remote) this.#listenTo(request.body);
    this.#phone.respond(request, 200, 'OK', {
      headers: this.#sdpHeaders(),
      body: this.#sdp(request.body || undefined),
    });
  }

  async #reinvite(direction: Direction): Promise<SipText> {
    this.#direction = direction;
    this.#sdpVersion += 1;
    const response = await this.request('INVITE', { body: this.#sdp(), headers: this.#sdpHeaders() });
    if ((response.status ?? 0) < 300) this.#listenTo(response.body);
    return response;
  }

  /** Sends our sound where this SDP says, unless either side is on hold. */
  #listenTo(sdp: string): void {
    const remote: RemoteMedia | undefined = readSdp(sdp);
    if (!remote || this.#end) return;
    const wanted = remote.direction === 'sendrecv' || remote.direction === 'recvonly';
    const may = this.#direction === 'sendrecv' || this.#direction === 'sendonly';
    this.media.sendTo(wanted && may ? remote : undefined);
  }

  #respondToInvite(status: number, reason: string, body = '', headers: HeaderList = []): void {
    this.#phone.respond(this.invitation, status, reason, {
      headers: [...headers, ...this.#sdpHeaders(body)],
      body,
      toTag: this.#dialog.localTag,
    });
  }

  #sdp(offer?: string): string {
    const { codecs = ['PCMU', 'PCMA'], digits = true } = this.#phone.options;
    const { host } = this.#phone.address;
    const offered = offer === undefined ? undefined : readSdp(offer)?.formats;
    const taken = codecs.filter((codec) => offered?.includes(codec === 'PCMU' ? 0 : 8) ?? true);
    return writeSdp({
      host,
      port: this.media.port,
      codecs: taken,
      digits,
      direction: this.#direction,
      version: this.#sdpVersion,
    });
  }

  #sdpHeaders(body = 'sdp'): HeaderList {
    const contact = ['Contact', this.#phone.contact] as const;
    return body === '' ? [contact] : [contact, ['Content-Type', 'application/sdp']];
  }

  #request(method: string, body: string, headers: HeaderList, cseq?: number): SipText {
    return this.#dialog.request(this.#phone.via(), method, body, headers, cseq);
  }

  #finish(end: CallEnd): void {
    if (this.#end) return;
    this.#end = end;
    this.#stopRepeating();
    this.media.close();
    this.#settleEnd(end);
  }
}
