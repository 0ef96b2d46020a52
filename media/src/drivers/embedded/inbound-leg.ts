import type { CallFacts, Headers } from '../../port/live-call.js';
import type { Termination } from '../../port/termination.js';
import { localTermination, refusalStatus, terminationFromStatus } from '../../port/termination-from-sip.js';
import { reasonHeaders } from '../../sip/compose.js';
import { senderOf } from '../../sip/flow.js';
import type { HeaderList } from '../../sip/sip-command.js';
import type { IncomingInvite } from '../../sip/sip-event.js';
import { describeInvite } from './describe-invite.js';
import { EmbeddedLeg, type SessionEvent } from './embedded-leg.js';
import type { LegDescription } from './leg-description.js';
import type { LegSurroundings } from './leg-surroundings.js';
import { refusalFor } from './media-refusal.js';
import { reasonHeader, terminationOfSession } from './session-end.js';

/** A call that came in. */
export class InboundLeg extends EmbeddedLeg {
  readonly direction = 'inbound';
  readonly isToOurPhone = false;
  readonly #invite: IncomingInvite;
  #description: LegDescription | undefined;
  /** The answer or offer that our 183 or 200 carries, once media is open. */
  #sdp: string | undefined;
  #opening: Promise<boolean> | undefined;
  #answering: Promise<void> | undefined;
  #onAcknowledged: (() => void) | undefined;

  constructor(init: { id: string; legId: string; facts: CallFacts; invite: IncomingInvite }, around: LegSurroundings) {
    super({ ...init, status: 'ringing' }, around);
    this.#invite = init.invite;
  }

  /** Takes its ports while it is still decided what becomes of the call, so that the answer need not wait for them. Where none is free the answer says so. */
  takePorts(): void {
    this.#ports().catch(() => undefined);
  }

  ring(): void {
    if (this.status === 'ringing') this.#respond(180);
  }

  async earlyMedia(): Promise<void> {
    // Without an offer our 183 would have to make it, which needs reliable provisionals (RFC 3262): the caller hears us from the answer on.
    if (this.status !== 'ringing' || this.#invite.sdp === undefined) return;
    if (this.media.flowing || this.#answering) return this.#answering;
    if (await this.#openMedia()) this.#respond(183);
  }

  answer(): Promise<void> {
    if (this.status !== 'ringing') return Promise.resolve();
    this.#answering ??= this.#answer();
    return this.#answering;
  }

  reject(status: number, options: { reason?: string; retryAfterSeconds?: number; headers?: Headers } = {}): void {
    if (this.status !== 'ringing') return;
    const headers = Object.entries(options.headers ?? {});
    if (options.retryAfterSeconds !== undefined) headers.push(['Retry-After', String(options.retryAfterSeconds)]);
    const phrase = options.reason === undefined ? {} : { phrase: options.reason };
    const termination = terminationFromStatus(status, 'local');
    this.#finalRespond(status, { headers: [...headers, ...reasonHeaders(reasonHeader(termination))], ...phrase });
    this.finish(termination);
  }

  override hangUp(why?: Partial<Termination>): void {
    if (this.status !== 'ringing') {
      super.hangUp(why);
      return;
    }
    const termination = localTermination(why, false);
    const sip = termination.sip ?? refusalStatus(termination.reason);
    this.endSignalling({ ...termination, sip });
    this.finish({ ...termination, sip });
  }

  protected handleOwn(event: SessionEvent) {
    if (this.status === 'ended') return;
    switch (event.type) {
      case 'acknowledged':
        return this.#acknowledged(event.sdp);
      case 'reinvite':
        return this.reinvited(event);
      case 'in-dialog':
        return this.requestedWithin(event);
      case 'signalling':
        return this.emitter.emit('signalling', { sent: event.sent, line: event.line });
      case 'ended':
        this.around.unfollow(event.sessionId);
        return this.finish(terminationOfSession(event, this.status === 'answered'));
      default:
        return;
    }
  }

  protected get ownDescription(): LegDescription | undefined {
    return this.#description;
  }

  protected get ownSessionId(): string | undefined {
    return this.status === 'answered' ? this.#invite.sessionId : undefined;
  }

  protected get ownAddress(): string {
    return senderOf(this.#invite.flow).address;
  }

  protected endSignalling(termination: Termination): void {
    const { sessionId } = this.#invite;
    this.around.unfollow(sessionId);
    const status = this.status === 'answered' || termination.sip === undefined ? {} : { status: termination.sip };
    this.around.stack.do((agent, now) =>
      agent.hangUp(sessionId, { reason: reasonHeader(termination), ...status }, now),
    );
  }

  async #answer(): Promise<void> {
    if (!(await this.#openMedia()) || this.status !== 'ringing') return;
    const acknowledged =
      this.#invite.sdp === undefined
        ? new Promise<void>((resolve) => {
            this.#onAcknowledged = resolve;
          })
        : undefined;
    if (!this.#respond(200)) return;
    this.advance('answer');
    this.emitter.emit('answered');
    // Where our 200 made the offer, media is open when the ACK brings the answer.
    await acknowledged;
  }

  /** Opens media for the caller's offer (or for ours). False where the leg ended meanwhile. */
  #openMedia(): Promise<boolean> {
    this.#opening ??= this.#openMediaOnce();
    return this.#opening;
  }

  async #openMediaOnce(): Promise<boolean> {
    try {
      const port = await this.#ports();
      if (this.#isOver()) return false;
      const { description, sdp, terms } = await describeInvite(this.#invite, port, this.around);
      if (this.#isOver()) {
        this.around.relays.unbind(this.#invite.sessionId);
        return false;
      }
      this.#description = description;
      this.#sdp = sdp;
      if (terms) this.useMedia(terms);
      return true;
    } catch (error) {
      if (this.#isOver()) return false;
      const [status, reason] = refusalFor(error);
      this.#finalRespond(status, status === 503 ? { headers: [['Retry-After', '5']] } : {});
      this.finish({ result: 'failed', by: 'system', reason, sip: status });
      throw error;
    }
  }

  #ports(): Promise<number> {
    return this.media.takePorts(this.around.mediaAddress(this.signallingAddress));
  }

  #isOver(): boolean {
    return this.status === 'ended';
  }

  #acknowledged(sdp: string | undefined): void {
    const wake = this.#onAcknowledged;
    this.#onAcknowledged = undefined;
    if (sdp !== undefined) {
      try {
        const terms = this.#description?.takeAnswer(sdp);
        if (!terms) return;
        if (wake) this.useMedia(terms);
        else this.renegotiated(terms);
      } catch {
        this.hangUp({ by: 'system', reason: 'no-common-codec' });
      }
    }
    wake?.();
  }

  protected override finish(termination: Termination): void {
    super.finish(termination);
    this.#onAcknowledged?.();
  }

  #finalRespond(status: number, options: { headers?: HeaderList; phrase?: string }): void {
    this.around.unfollow(this.#invite.sessionId);
    this.around.stack.do((agent, now) => agent.respond(this.#invite.requestId, status, options, now));
  }

  #respond(status: number): boolean {
    const sdp = status === 180 || this.#sdp === undefined ? {} : { sdp: this.#sdp };
    return this.around.stack.do((agent, now) => agent.respond(this.#invite.requestId, status, sdp, now));
  }
}
