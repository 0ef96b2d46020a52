import { cseqOf, headerOf, recordRoutes, type SipText, tagIn, uriIn } from '../peers/tone-phone/sip-text.js';
import type { OddMedia } from './odd-media.js';
import type { RawSip } from './raw-sip.js';

/** What an INVITE is written from. */
export interface InviteParts {
  readonly via: string;
  readonly callId: string;
  readonly tag: string;
  readonly host: string;
  readonly port: number;
  readonly sdp: string;
  readonly length: number;
}

let count = 0;

/** A call from a carrier that writes its SIP by hand. The test writes the INVITE; what follows is as the RFC says, unless the test does it. */
export class HandCall {
  readonly raw: RawSip;
  readonly media: OddMedia;
  readonly callId: string;
  readonly tag: string;
  invite = '';
  ok: SipText | undefined;
  #cseq = 1;

  constructor(raw: RawSip, media: OddMedia) {
    count += 1;
    this.raw = raw;
    this.media = media;
    this.callId = `hand-${count}`;
    this.tag = `tag${count}`;
  }

  /** A plain offer of PCMU and PCMA with digits at 101. */
  get sdp(): string {
    return this.sdpOf([`m=audio ${this.media.port} RTP/AVP 0 8 101`, 'a=rtpmap:101 telephone-event/8000']);
  }

  /** A description of ours with these lines after the session's own. */
  sdpOf(lines: readonly string[], session: readonly string[] = [this.connection]): string {
    return ['v=0', 'o=carrier 1 1 IN IP4 127.0.0.1', 's=-', ...session, 't=0 0', ...lines, ''].join('\r\n');
  }

  get connection(): string {
    return `c=IN ${this.raw.host.includes(':') ? 'IP6' : 'IP4'} ${this.raw.host}`;
  }

  get contact(): string {
    const host = this.raw.host.includes(':') ? `[${this.raw.host}]` : this.raw.host;
    const transport = this.raw.wire === 'udp' ? '' : `;transport=${this.raw.wire}`;
    return `<sip:carrier@${host}:${this.raw.port}${transport}>`;
  }

  parts(sdp = this.sdp): InviteParts {
    return {
      via: this.raw.via(`z9hG4bK${this.callId}i`),
      callId: this.callId,
      tag: this.tag,
      host: this.raw.host,
      port: this.raw.port,
      sdp,
      length: Buffer.byteLength(sdp),
    };
  }

  /** A usual INVITE, with other lines in place of those of the same name, and more. */
  usual(options: { sdp?: string; uri?: string; lines?: readonly string[] } = {}): string {
    const { via, callId, tag, sdp, length } = this.parts(options.sdp);
    const name = (line: string) => line.slice(0, line.indexOf(':')).toLowerCase();
    const own = (options.lines ?? []).map(name);
    const lines = [
      `Via: ${via}`,
      'Max-Forwards: 70',
      `From: <sip:+14155550199@carrier.example>;tag=${tag}`,
      'To: <sip:+14155550100@example.com>',
      `Call-ID: ${callId}`,
      'CSeq: 1 INVITE',
      `Contact: ${this.contact}`,
      ...(sdp === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${length}`,
    ].filter((line) => !own.includes(name(line)) || name(line) === 'from');
    const kept = own.includes('from') ? lines.filter((line) => name(line) !== 'from') : lines;
    return [
      `INVITE ${options.uri ?? 'sip:+14155550100@127.0.0.1'} SIP/2.0`,
      ...kept,
      ...(options.lines ?? []),
      '',
      sdp,
    ].join('\r\n');
  }

  /** Sends the INVITE, waits for the 200 and, unless told otherwise, acknowledges it and starts to send sound. */
  async call(invite: string, options: { ack?: boolean; ackBody?: string } = {}): Promise<SipText> {
    this.invite = invite;
    this.raw.send(invite);
    const ok = await this.raw.next(
      'the final answer',
      this.callId,
      (sip) => (sip.status ?? 0) >= 200 && cseqOf(sip).method === 'INVITE',
    );
    if (ok.status !== 200) throw new Error(`the call was refused with ${ok.status} ${ok.reason}`);
    this.ok = ok;
    this.listenTo(ok);
    if (options.ack ?? true) this.ack(1, options.ackBody);
    return ok;
  }

  /** Sends sound where this message's SDP says. */
  listenTo(message: SipText): void {
    const port = Number(/^m=audio (\d+)/m.exec(message.body)?.[1] ?? 0);
    const host = /^c=IN IP[46] (\S+)/m.exec(message.body)?.[1] ?? '';
    if (port > 0) this.media.remote = { host, port };
  }

  ack(cseq: number, body = ''): void {
    this.raw.send(this.within('ACK', { cseq, body }));
  }

  /** Sends a request within the dialog; resolves with its final answer. A 2xx to an INVITE is acknowledged. */
  async request(
    method: string,
    options: { lines?: readonly string[]; body?: string; target?: string } = {},
  ): Promise<SipText> {
    this.#cseq += 1;
    const cseq = this.#cseq;
    this.raw.send(this.within(method, { ...options, cseq }));
    const final = await this.raw.next(
      `the answer to ${method}`,
      this.callId,
      (sip) => (sip.status ?? 0) >= 200 && cseqOf(sip).number === cseq && cseqOf(sip).method === method,
    );
    if (method === 'INVITE' && final.status === 200) this.ack(cseq);
    return final;
  }

  bye(): Promise<SipText> {
    return this.request('BYE');
  }

  /** Writes a request within the dialog. */
  within(method: string, options: { cseq: number; lines?: readonly string[]; body?: string }): string {
    const { ok } = this;
    if (!ok) throw new Error('the call was not answered');
    const body = options.body ?? '';
    const from = /^(?:From|f)\s*:\s*(.*(?:\r\n[ \t].*)*)/im.exec(this.invite)?.[1]?.replace(/\r\n[ \t]+/g, ' ') ?? '';
    return [
      `${method} ${uriIn(headerOf(ok, 'Contact'))} SIP/2.0`,
      `Via: ${this.raw.via(`z9hG4bK${this.callId}${method}${options.cseq}`)}`,
      ...recordRoutes(ok)
        .reverse()
        .map((route) => `Route: ${route}`),
      'Max-Forwards: 70',
      `From: ${from}`,
      `To: ${headerOf(ok, 'To')}`,
      `Call-ID: ${this.callId}`,
      `CSeq: ${options.cseq} ${method}`,
      `Contact: ${this.contact}`,
      ...(options.lines ?? []),
      ...(body !== '' && !options.lines?.some((line) => /^content-type/i.test(line))
        ? ['Content-Type: application/sdp']
        : []),
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n');
  }

  /** The next request of theirs with this method. */
  theirs(method: string, from = 0): Promise<SipText> {
    return this.raw.messages
      .first(`a ${method}`, ({ sip }) => sip.method === method && headerOf(sip, 'Call-ID') === this.callId, { from })
      .then(({ sip }) => sip);
  }

  /** Answers a request of theirs. */
  answer(request: SipText, status: string, lines: readonly string[] = [], body = '', tag = this.tag): void {
    const copied = request.headers
      .filter(([name]) => ['via', 'from', 'to', 'call-id', 'cseq', 'record-route'].includes(name.toLowerCase()))
      .map(([name, value]) =>
        name.toLowerCase() === 'to' && tagIn(value) === '' ? `${name}: ${value};tag=${tag}` : `${name}: ${value}`,
      );
    this.raw.send(
      [`SIP/2.0 ${status}`, ...copied, ...lines, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n'),
    );
  }

  close(): void {
    this.media.close();
    this.raw.close();
  }
}
