import type { Clock } from '@hookswitch/kernel/clock';
import type { Random } from '@hookswitch/kernel/random';
import { G722Decoder } from '@hookswitch/media/audio/g722';
import type { MediaNetwork } from '@hookswitch/media/drivers/embedded/media-plane/media-network';
import { TestPhone } from '@hookswitch/media/drivers/embedded/media-plane/test-phone';
import type { SipStack } from '@hookswitch/media/drivers/embedded/sip-stack';
import type { SipResponse } from '@hookswitch/media/sip/parse/message';
import type { AudioCodec } from '@hookswitch/media/sip/sdp/audio-negotiation';
import { SdpNegotiator } from '@hookswitch/media/sip/sdp/offer-answer';
import type { IncomingInvite, InDialogRequest, SipEvent } from '@hookswitch/media/sip/sip-event';
import { replacesOf } from '@hookswitch/media/sip/transfer/replaces';
import { readReferNotify, sipfrag } from '@hookswitch/media/sip/transfer/sipfrag';
import { decodeG711 } from '../../ear/g711.js';
import { toneLevel } from '../../ear/tone-level.js';
import type { CalleeScript, FarEnd } from './call-world.js';

export interface SipFarEndParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly media: MediaNetwork;
  readonly address: string;
  readonly stack: SipStack;
  readonly port: number;
  /** What it offers and takes; speaks the first of them. Default PCMU, then PCMA. */
  readonly codecs?: readonly AudioCodec[];
}

/** One call of a SIP phone, with real packets: SIP, and RTP in tones. */
export class SipFarEnd implements FarEnd {
  answered = false;
  ended = false;
  toldRinging = false;
  toldEarlyMedia = false;
  refusedWith: number | undefined;
  retryAfter: string | undefined;
  headers: Readonly<Record<string, string>> = {};
  fromUser = '';
  readonly referAnswers: number[] = [];
  readonly notified: number[] = [];
  readonly referredTo: string[] = [];
  readonly #parts: SipFarEndParts;
  readonly #line: TestPhone;
  readonly #sdp: SdpNegotiator;
  #sessionId = '';
  #offered = false;
  #invite: IncomingInvite | undefined;
  #tone: number | undefined;
  #stopTalking: (() => void) | undefined;
  #pressing = false;
  #held = false;
  #wantsPrack = false;
  #onRefer: CalleeScript['onRefer'];
  #refer: string | undefined;
  #progress: SipResponse | undefined;

  private constructor(parts: SipFarEndParts, line: TestPhone) {
    this.#parts = parts;
    this.#line = line;
    this.#sdp = new SdpNegotiator({
      address: parts.address,
      port: parts.port,
      abilities: { codecs: parts.codecs ?? ['PCMU', 'PCMA'], ptimeMs: 20 },
      sessionId: parts.port,
    });
  }

  static async open(parts: SipFarEndParts): Promise<SipFarEnd> {
    const { media, clock, address, port, codecs } = parts;
    const spoken = codecs?.[0] === 'G722' ? 'g722' : 'pcmu';
    return new SipFarEnd(parts, await TestPhone.open(media, clock, address, port, spoken));
  }

  get receivedDigits(): string {
    return this.#line.keysHeard;
  }

  offer(): string {
    return this.#sdp.offer();
  }

  /** An offer of SRTP alone, with keys: its own media know nothing of them. */
  encryptedOffer(): string {
    const keys = `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${'A'.repeat(40)}`;
    return `${this.#sdp.offer().replace('RTP/AVP', 'RTP/SAVP')}${keys}\r\n`;
  }

  /** An offer of G.729 alone. */
  unknownCodecOffer(): string {
    const { address, port } = this.#parts;
    return `v=0\r\no=- 1 1 IN IP4 ${address}\r\ns=-\r\nc=IN IP4 ${address}\r\nt=0 0\r\nm=audio ${port} RTP/AVP 18\r\na=rtpmap:18 G729/8000\r\n`;
  }

  /** Our INVITE is out, with an offer or without. */
  begin(sessionId: string, offered: boolean): void {
    this.#sessionId = sessionId;
    this.#offered = offered;
  }

  /** We are called: does what the script says. */
  ring(invite: IncomingInvite, script: CalleeScript) {
    this.#invite = invite;
    this.#sessionId = invite.sessionId;
    this.#onRefer = script.onRefer;
    const { rawHeaders } = invite.request;
    this.headers = Object.fromEntries(
      Array.from({ length: rawHeaders.length / 2 }, (_, at) => [rawHeaders[at * 2]!, rawHeaders[at * 2 + 1]!]),
    );
    this.fromUser = invite.request.from.uri.user;
    // It speaks plain RTP alone.
    if (script.withoutCommonCodec || invite.sdp?.includes('RTP/SAVP')) return this.#refuse(488);
    if (script.refusesWith !== undefined) return this.#refuse(script.refusesWith);
    this.#wantsPrack = script.wantsPrack === true;
    if (script.rings) this.#respond(180);
    if (script.sendsEarlyMedia) {
      this.#respond(183, this.#answerSdp());
      this.#talk();
    }
    if (script.answersAfterMs !== undefined) this.#parts.clock.after(script.answersAfterMs, () => this.answer());
  }

  handle(event: SipEvent) {
    switch (event.type) {
      case 'progress':
        this.#progress = event.response;
        if (event.status === 180) this.toldRinging = true;
        if (event.sdp !== undefined) {
          this.toldEarlyMedia = true;
          const { sdp, toTag = '' } = event;
          if (!event.offers) this.#agree(sdp);
          else {
            this.#parts.stack.do((agent, now) => agent.answerProvisional(this.#sessionId, toTag, this.#take(sdp), now));
          }
        }
        return;
      case 'answered': {
        const { sdp } = event;
        if (sdp !== undefined && this.#offered) this.#agree(sdp);
        else if (sdp !== undefined)
          this.#parts.stack.do((agent, now) => agent.acknowledge(this.#sessionId, this.#take(sdp), now));
        this.answered = true;
        return;
      }
      case 'offer': {
        const sdp = this.#take(event.sdp);
        this.#parts.stack.do((agent, now) => agent.respond(event.requestId, 200, { sdp }, now));
        return;
      }
      case 'reinvite':
        this.#parts.stack.do((agent, now) =>
          agent.respond(
            event.requestId,
            200,
            { sdp: event.sdp ? this.#sdp.answer(event.sdp).sdp : this.#sdp.offer() },
            now,
          ),
        );
        return;
      case 'in-dialog':
        return this.#asked(event);
      case 'response':
        if (event.requestId === this.#refer) this.referAnswers.push(event.status);
        return;
      case 'ended':
        if (event.why === 'rejected' && event.by === 'remote') {
          this.refusedWith = event.status;
          this.retryAfter = event.response?.header('retry-after');
        }
        if (event.why === 'auth-failed') this.refusedWith = event.status;
        this.#over();
        return;
      default:
        return;
    }
  }

  hears(hz: number): boolean {
    const since = this.#parts.clock.now() - 240;
    const heard = this.#line.packets.filter(({ at, payloadType }) => at >= since && [0, 8, 9].includes(payloadType));
    if (heard.length < 4) return false;
    const wideband = new G722Decoder();
    const samples = heard.flatMap(({ payload, payloadType }) => {
      const codes = Uint8Array.from(payload);
      if (payloadType === 9) wideband.decodeNarrow(codes, 0, codes.length);
      return [...decodeG711(codes, payloadType === 8 ? 'PCMA' : 'PCMU')];
    });
    return toneLevel(Int16Array.from(samples), hz) > -35;
  }

  speak(hz: number | undefined): void {
    this.#tone = hz;
  }

  press(digits: string): void {
    void this.#pressAll(digits);
  }

  async #pressAll(digits: string): Promise<void> {
    this.#pressing = true;
    for (const digit of digits) await this.#line.press(digit);
    this.#pressing = false;
  }

  answer(): void {
    if (this.ended || this.answered || !this.#invite) return;
    this.#respond(200, this.#answerSdp());
    this.answered = true;
    this.#talk();
  }

  hangUp(): void {
    if (this.ended) return;
    this.#parts.stack.do((agent, now) => agent.hangUp(this.#sessionId, { status: 603 }, now));
    this.#over();
  }

  hold(by: 'INVITE' | 'UPDATE' = 'INVITE'): void {
    this.#held = true;
    this.#change(by, this.#sdp.offer('sendonly'));
  }

  resume(by: 'INVITE' | 'UPDATE' = 'INVITE'): void {
    this.#held = false;
    this.#change(by, this.#sdp.offer('sendrecv'));
  }

  #change(by: 'INVITE' | 'UPDATE', sdp: string): void {
    this.#parts.stack.do((agent, now) =>
      by === 'INVITE' ? agent.reinvite(this.#sessionId, sdp, now) : agent.update(this.#sessionId, sdp, now),
    );
  }

  vanish(): void {
    this.#over();
  }

  refer(to: string, { quiet = false, referredBy }: { quiet?: boolean; referredBy?: string } = {}): void {
    const headers: [string, string][] = [['Refer-To', to]];
    if (quiet) headers.push(['Refer-Sub', 'false']);
    if (referredBy !== undefined) headers.push(['Referred-By', referredBy]);
    this.#refer = this.#parts.stack.do((agent, now) => agent.refer(this.#sessionId, headers, now));
  }

  /** The Replaces value by which another phone takes its place, or sends somebody to it. */
  get replaces(): string {
    const dialog = this.#parts.stack.do((agent) => agent.dialogOf(this.#sessionId));
    if (dialog) return replacesOf(dialog);
    const { callId, toTag = '', fromTag = '' } = this.#progress!;
    return `${callId};to-tag=${toTag};from-tag=${fromTag}`;
  }

  #asked({ requestId, request }: InDialogRequest): void {
    const respond = (status: number) => this.#parts.stack.do((agent, now) => agent.respond(requestId, status, {}, now));
    if (request.method === 'NOTIFY') {
      this.notified.push(readReferNotify(request).status ?? 0);
      respond(200);
    } else if (request.method === 'REFER') {
      const { answer = 202, notifies = [] } = this.#onRefer ?? {};
      this.referredTo.push(/<([^>]*)>/.exec(request.header('refer-to') ?? '')?.[1] ?? '');
      respond(answer);
      if (answer < 300) for (const status of notifies) this.#notify(status);
    } else respond(200);
  }

  #notify(status: number): void {
    const headers: [string, string][] = [
      ['Event', 'refer'],
      ['Subscription-State', status < 200 ? 'active;expires=60' : 'terminated;reason=noresource'],
    ];
    const body = { contentType: 'message/sipfrag', content: sipfrag(status) };
    this.#parts.stack.do((agent, now) => agent.requestWithin(this.#sessionId, 'NOTIFY', { headers, body }, now));
  }

  /** Frees its ports. */
  close(): void {
    this.#over();
    this.#line.close();
  }

  #answerSdp(): string {
    const offer = this.#invite?.sdp;
    if (offer === undefined) return this.#sdp.offer();
    const { sdp, audio } = this.#sdp.answer(offer);
    this.#line.aim(audio.remoteAddress, audio.remotePort);
    return sdp;
  }

  /** Our answer to an offer within the call; sound goes there from now on. */
  #take(offer: string): string {
    const { sdp, audio } = this.#sdp.answer(offer);
    this.#line.aim(audio.remoteAddress, audio.remotePort);
    this.#talk();
    return sdp;
  }

  #agree(sdp: string): void {
    const { audio } = this.#sdp.accept(sdp);
    this.#line.aim(audio.remoteAddress, audio.remotePort);
    this.#talk();
  }

  /** Sends a packet every 20 ms: the tone, or silence. */
  #talk(): void {
    if (this.#stopTalking || this.ended) return;
    const step = () => {
      if (!this.#pressing) this.#line.say(...(this.#tone === undefined || this.#held ? [] : [this.#tone]));
      this.#stopTalking = this.#parts.clock.after(20, step);
    };
    step();
  }

  #refuse(status: number): void {
    this.#respond(status);
    this.#over();
  }

  #respond(status: number, sdp?: string): void {
    const { requestId } = this.#invite!;
    const options = { ...(sdp === undefined ? {} : { sdp }), reliable: this.#wantsPrack };
    this.#parts.stack.do((agent, now) => agent.respond(requestId, status, options, now));
  }

  #over(): void {
    this.ended = true;
    this.#stopTalking?.();
    this.#stopTalking = undefined;
  }
}
