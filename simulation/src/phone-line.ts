import type { Clock } from '@hookswitch/kernel/clock';
import type { MediaSocket } from '@hookswitch/media/drivers/embedded/media-plane/media-network';
import type { SipStack } from '@hookswitch/media/drivers/embedded/sip-stack';
import { writeRtpHeader } from '@hookswitch/media/rtp/rtp-packet';
import { eventOfKey } from '@hookswitch/media/rtp/telephone-event';
import { SdpNegotiator } from '@hookswitch/media/sip/sdp/offer-answer';
import type { IncomingInvite, SipEvent } from '@hookswitch/media/sip/sip-event';
import type { Chance } from './chance.js';
import type { LinePlan } from './line-plan.js';
import type { Deaf, MortalNetwork } from './mortal-network.js';

export interface LineParts {
  readonly name: string;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly network: MortalNetwork;
  readonly deaf: Deaf;
  readonly stack: SipStack;
  readonly address: string;
  readonly port: number;
  readonly plan: LinePlan;
  /** A packet of sound is sent so often, milliseconds. */
  readonly soundEveryMs: number;
  readonly note: (what: string) => void;
  readonly onOver: () => void;
}

/** The telephone event's payload type in our descriptions. */
const eventType = 101;

/** One call of a simulated phone: does what its plan says, whatever the other side does. */
export class PhoneLine {
  sessionId = '';
  readonly name: string;
  over = false;
  answered = false;
  readonly #parts: LineParts;
  readonly #sdp: SdpNegotiator;
  readonly #timers = new Set<() => void>();
  #socket: MediaSocket | undefined;
  #target: { address: string; port: number } | undefined;
  #invite: IncomingInvite | undefined;
  #talking = false;
  #held = false;
  #vanished = false;
  #sequence = 1;
  #timestamp = 0;

  private constructor(parts: LineParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.#sdp = new SdpNegotiator({
      address: parts.address,
      port: parts.port,
      abilities: { codecs: [parts.plan.codec], ptimeMs: parts.plan.ptimeMs },
      sessionId: parts.port,
    });
  }

  static async open(parts: LineParts): Promise<PhoneLine> {
    const line = new PhoneLine(parts);
    parts.deaf.add(parts.address, parts.port);
    parts.deaf.add(parts.address, parts.port + 1);
    line.#socket = await parts.network.bind(parts.address, parts.port, { onDatagram: () => {}, onError: () => {} });
    return line;
  }

  offer(): string {
    return this.#sdp.offer();
  }

  /** Our INVITE is out. */
  calling(sessionId: string): void {
    this.sessionId = sessionId;
    const { cancelAfterMs } = this.#parts.plan;
    if (cancelAfterMs !== undefined) {
      this.#after(cancelAfterMs, () => {
        if (!this.answered) this.hangUp('gives up');
      });
    }
  }

  /** We are called. */
  ring(invite: IncomingInvite): void {
    this.#invite = invite;
    this.sessionId = invite.sessionId;
    const { plan } = this.#parts;
    if (plan.ringAfterMs !== undefined) this.#after(plan.ringAfterMs, () => this.#respond(180));
    if (plan.earlyMediaAfterMs !== undefined) {
      this.#after(plan.earlyMediaAfterMs, () => this.#respond(183, this.#answerSdp()));
    }
    if (plan.refuse) {
      const { afterMs, status } = plan.refuse;
      this.#after(afterMs, () => {
        this.#respond(status);
        this.#finish(`refuses with ${status}`);
      });
    } else if (plan.answerAfterMs !== undefined) {
      this.#after(plan.answerAfterMs, () => {
        const sdp = this.#answerSdp();
        if (sdp === undefined) return;
        this.#respond(200, sdp);
        this.#up();
      });
    } else this.#after(120_000, () => this.hangUp('was left ringing'));
  }

  handle(event: SipEvent): void {
    if (this.#vanished && event.type !== 'ended') return;
    switch (event.type) {
      case 'progress':
        this.#agree(event.sdp);
        return;
      case 'answered':
        this.#agree(event.sdp);
        this.#up();
        return;
      case 'reinvite':
        this.#respondTo(event.requestId, event.sdp);
        return;
      case 'in-dialog':
        this.#parts.stack.do((agent, now) => agent.respond(event.requestId, 200, {}, now));
        return;
      case 'ended':
        this.#finish(`over: ${event.why} by ${event.by}${event.status === undefined ? '' : ` ${event.status}`}`);
        return;
      default:
        return;
    }
  }

  hangUp(why: string): void {
    if (this.over) return;
    this.#finish(why);
    this.#parts.stack.do((agent, now) => agent.hangUp(this.sessionId, { status: 603 }, now));
  }

  /** Sends no more sound and answers no more within the call. */
  vanish(): void {
    this.#vanished = true;
    this.#stopTimers();
    this.#parts.note('vanishes');
  }

  /** Frees what it holds. Twice is harmless. */
  close(): void {
    this.over = true;
    this.#stopTimers();
    const { deaf, address, port } = this.#parts;
    deaf.remove(address, port);
    deaf.remove(address, port + 1);
    this.#socket?.close();
    this.#socket = undefined;
  }

  #up(): void {
    if (this.answered || this.over) return;
    this.answered = true;
    const { plan, note } = this.#parts;
    note('talks');
    this.#talk();
    this.#after(plan.hangUpAfterMs, () => this.hangUp('hangs up'));
    for (const { afterMs, deed } of plan.deeds) {
      this.#after(afterMs, () => {
        if (deed.kind === 'digits') this.#press(deed.digits);
        else if (deed.kind === 'hold') this.#hold(deed.forMs);
        else if (deed.kind === 'garbage') this.#garbage();
        else this.vanish();
      });
    }
  }

  #talk(): void {
    if (this.#talking || this.#parts.plan.silent) return;
    this.#talking = true;
    const step = () => {
      if (this.over || this.#vanished) return;
      if (!this.#held) this.#sendSound();
      this.#after(this.#parts.soundEveryMs, step);
    };
    step();
  }

  #sendSound(): void {
    const packet = new Uint8Array(12 + 160);
    const type = this.#parts.plan.codec === 'PCMU' ? 0 : 8;
    writeRtpHeader(packet, type, false, this.#sequence++, this.#timestamp, this.#parts.port);
    packet.fill(0x2a, 12); // loud enough not to be silence
    this.#timestamp += 160;
    this.#send(packet);
  }

  #press(digits: string): void {
    this.#parts.note(`presses ${digits}`);
    let wait = 0;
    for (const key of digits) {
      const start = this.#timestamp + 160 * (1 + wait);
      for (const [step, duration, end] of [
        [0, 160, false],
        [50, 640, false],
        [100, 800, true],
        [101, 800, true],
        [102, 800, true],
      ] as const) {
        this.#after(wait + step, () => {
          const packet = new Uint8Array(16);
          writeRtpHeader(packet, eventType, step === 0, this.#sequence++, start, this.#parts.port);
          packet.set([eventOfKey(key), (end ? 0x80 : 0) | 10, duration >> 8, duration & 255], 12);
          this.#send(packet);
        });
      }
      wait += 180;
    }
  }

  #hold(forMs: number): void {
    this.#parts.note('holds');
    this.#held = true;
    this.#parts.stack.do((agent, now) => agent.reinvite(this.sessionId, this.#sdp.offer('sendonly'), now));
    this.#after(forMs, () => {
      this.#parts.note('takes back from hold');
      this.#held = false;
      this.#parts.stack.do((agent, now) => agent.reinvite(this.sessionId, this.#sdp.offer('sendrecv'), now));
    });
  }

  #garbage(): void {
    this.#parts.note('sends garbage');
    for (let packet = 0; packet < 5; packet++) {
      this.#send(Uint8Array.from(this.#parts.chance.random.bytes(this.#parts.chance.between(1, 200))));
    }
  }

  #send(packet: Uint8Array): void {
    if (this.#target) this.#socket?.send(packet, packet.length, this.#target.port, this.#target.address);
  }

  #answerSdp(): string | undefined {
    const offer = this.#invite?.sdp;
    if (offer === undefined) return this.#sdp.offer();
    try {
      const { sdp, audio } = this.#sdp.answer(offer);
      this.#target = { address: audio.remoteAddress, port: audio.remotePort };
      return sdp;
    } catch {
      this.#respond(488);
      this.#finish('takes no such sound');
      return undefined;
    }
  }

  #agree(sdp: string | undefined): void {
    if (sdp === undefined) return;
    const { audio } = this.#sdp.accept(sdp);
    this.#target = { address: audio.remoteAddress, port: audio.remotePort };
  }

  #respondTo(requestId: string, sdp: string | undefined): void {
    const answer = sdp === undefined ? this.#sdp.offer() : this.#sdp.answer(sdp).sdp;
    this.#parts.stack.do((agent, now) => agent.respond(requestId, 200, { sdp: answer }, now));
  }

  #respond(status: number, sdp?: string): void {
    if (this.over || !this.#invite) return;
    const { requestId } = this.#invite;
    this.#parts.note(`answers ${status}`);
    this.#parts.stack.do((agent, now) => agent.respond(requestId, status, sdp === undefined ? {} : { sdp }, now));
  }

  #finish(why: string): void {
    if (this.over) return;
    this.#parts.note(why);
    this.close();
    this.#parts.onOver();
  }

  #after(ms: number, act: () => void): void {
    const cancel = this.#parts.clock.after(ms, () => {
      this.#timers.delete(cancel);
      if (!this.over) act();
    });
    this.#timers.add(cancel);
  }

  #stopTimers(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }
}
