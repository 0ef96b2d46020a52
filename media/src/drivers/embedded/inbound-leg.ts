import type { CallFacts, Headers } from '../../port/live-call.js';
import type { MediaEncryption } from '../../port/media-encryption.js';
import type { ReliableProvisionals } from '../../port/reliable-provisionals.js';
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
import { type ProvisionalPolicy, provisionalPolicy } from './provisional-policy.js';
import { reasonHeader, terminationOfSession } from './session-end.js';

/** A call that came in. */
export class InboundLeg extends EmbeddedLeg {
  readonly direction = 'inbound';
  readonly isToOurPhone = false;
  protected readonly ownEndpointId: string | undefined;
  readonly #invite: IncomingInvite;
  readonly #encryption: MediaEncryption;
  #description: LegDescription | undefined;
  /** The answer or offer that our 183 or 200 carries, once media is open. */
  #sdp: string | undefined;
  #opening: Promise<boolean> | undefined;
  #answering: Promise<void> | undefined;
  /** Wakes whoever waits for the far end's answer to our offer, or for our 200 to go out. */
  readonly #onAgreed: (() => void)[] = [];
  #onAccepted: (() => void) | undefined;
  readonly #provisionals: ProvisionalPolicy;

  constructor(
    init: {
      id: string;
      legId: string;
      facts: CallFacts;
      invite: IncomingInvite;
      reliable: ReliableProvisionals;
      encryption: MediaEncryption;
      endpointId: string | undefined;
    },
    around: LegSurroundings,
  ) {
    super({ ...init, status: 'ringing' }, around);
    this.#invite = init.invite;
    this.#encryption = init.encryption;
    this.ownEndpointId = init.endpointId;
    this.#provisionals = provisionalPolicy(init.invite, init.reliable);
  }

  /** Takes its ports while it is still decided what becomes of the call, so that the answer need not wait for them. Where none is free the answer says so. */
  takePorts(): void {
    this.#ports().catch(() => undefined);
  }

  ring(): void {
    if (this.status !== 'ringing') return;
    const { reliable, ringingOffers } = this.#provisionals;
    if (!ringingOffers) this.#respond(180, { reliable });
    else {
      void this.#openMedia().then(
        (open) => open && this.status === 'ringing' && this.#respond(180, { reliable, ...this.#described }),
        () => undefined,
      );
    }
  }

  async earlyMedia(): Promise<void> {
    const { earlyMedia, reliable } = this.#provisionals;
    if (this.status !== 'ringing' || earlyMedia === 'impossible') return;
    if (this.media.flowing || this.#answering) return this.#answering;
    if (!(await this.#openMedia()) || this.status !== 'ringing') return;
    // Where our 183 makes the offer, media is open when the PRACK brings the answer (RFC 3262 5).
    const agreed = this.#agreed();
    this.#respond(183, { reliable: reliable || earlyMedia === 'reliable', ...this.#described });
    await agreed;
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
      case 'accepted':
        return this.#accepted();
      case 'acknowledged':
      case 'provisional-acknowledged':
        return this.#acknowledged(event.sdp);
      case 'ended':
        this.around.unfollow(event.sessionId);
        return this.finish(terminationOfSession(event, this.status === 'answered'));
      default:
        return this.handleAny(event);
    }
  }

  protected get ownDescription(): LegDescription | undefined {
    return this.#description;
  }

  protected get ownSessionId(): string | undefined {
    return this.status === 'answered' ? this.#invite.sessionId : undefined;
  }

  protected get openSessionIds(): readonly string[] {
    return [this.#invite.sessionId];
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
    // Our 200 may have to wait for a PRACK (RFC 3262 3).
    const accepted = new Promise<void>((resolve) => {
      this.#onAccepted = resolve;
    });
    if (!this.#respond(200, this.#described)) return;
    await accepted;
    // Where our 200 made the offer, media is open when the ACK brings the answer.
    await this.#agreed();
  }

  #accepted(): void {
    this.becomeAnswered();
    this.#onAccepted?.();
  }

  /** Resolves once it is agreed where sound goes, or the leg is over; at once where there is nothing to wait for. */
  #agreed(): Promise<void> | undefined {
    if (this.media.flowing || this.#isOver()) return undefined;
    return new Promise((resolve) => void this.#onAgreed.push(resolve));
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
      const { description, sdp, terms } = await describeInvite(
        this.#invite,
        { port, encryption: this.#encryption },
        this.around,
      );
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
    const first = !this.media.flowing;
    if (sdp !== undefined) {
      try {
        const terms = this.#description?.takeAnswer(sdp);
        if (!terms) return;
        if (first) this.useMedia(terms);
        else this.renegotiated(terms);
      } catch {
        this.hangUp({ result: 'failed', by: 'system', reason: 'no-common-codec' });
      }
    }
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#onAgreed.splice(0)) wake();
  }

  protected override finish(termination: Termination): void {
    super.finish(termination);
    this.#onAccepted?.();
    this.#wake();
  }

  #finalRespond(status: number, options: { headers?: HeaderList; phrase?: string }): void {
    this.around.unfollow(this.#invite.sessionId);
    this.around.stack.do((agent, now) => agent.respond(this.#invite.requestId, status, options, now));
  }

  get #described(): { sdp?: string } {
    return this.#sdp === undefined ? {} : { sdp: this.#sdp };
  }

  #respond(status: number, options: { reliable?: boolean; sdp?: string }): boolean {
    return this.around.stack.do((agent, now) => agent.respond(this.#invite.requestId, status, options, now));
  }
}
