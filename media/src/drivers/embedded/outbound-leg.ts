import { BaseError } from '@hookswitch/kernel/base-error';
import type { DialRequest } from '../../port/call-engine.js';
import { NoMediaPortError } from '../../port/engine-errors.js';
import { legAllows } from '../../port/leg-state.js';
import type { CallFacts } from '../../port/live-call.js';
import { isDemanded, type MediaEncryption } from '../../port/media-encryption.js';
import type { Termination } from '../../port/termination.js';
import { bestFailure } from '../../port/termination-from-sip.js';
import type { SipResponse } from '../../sip/parse/message.js';
import { hostPortText } from '../../sip/parse/uri.js';
import type { IncomingOffer, SessionAnswered, SessionEnded, SessionProgress } from '../../sip/sip-event.js';
import { dialInvite } from './dial-invite.js';
import { DialOffers } from './dial-offers.js';
import { type DialBranch, type DialPlan, planDial } from './dial-plan.js';
import { EmbeddedLeg, type SessionEvent } from './embedded-leg.js';
import type { LegDescription } from './leg-description.js';
import type { LegSurroundings } from './leg-surroundings.js';
import { refusalFor } from './media-refusal.js';
import { answeredTerms, keepEarly, newBranch, type OutboundBranch } from './outbound-branch.js';
import { avoidanceOf } from './server-verdict.js';
import { reasonHeader, terminationOfSession } from './session-end.js';
import { noWayOut, type WayOut } from './sip-edges.js';

/** A call we make: to one place after another, or to several at once. */
export class OutboundLeg extends EmbeddedLeg {
  readonly direction = 'outbound';
  readonly isToOurPhone: boolean;
  protected readonly ownEndpointId: string | undefined;
  readonly #request: DialRequest;
  readonly #branches = new Map<string, OutboundBranch>();
  readonly #failures: Termination[] = [];
  #groups: DialPlan = [];
  /** What was tried last. */
  #group: DialPlan[number] = [];
  readonly #wayOut: WayOut;
  #cancelFailover: () => void = () => undefined;
  readonly #cancelRingTimer: () => void;
  #port = 0;
  #offers: DialOffers | undefined;
  #winner: OutboundBranch | undefined;
  /** Whose early media is heard, and which of its forks'. */
  #early: OutboundBranch | undefined;
  #earlyTag = '';

  constructor(init: { legId: string; facts: CallFacts; request: DialRequest }, around: LegSurroundings) {
    super({ id: init.request.callId, legId: init.legId, facts: init.facts, status: 'dialing' }, around);
    this.#request = init.request;
    const { target } = init.request;
    this.ownEndpointId = target.kind === 'endpoint' ? target.endpointId : undefined;
    this.isToOurPhone = target.kind === 'endpoint';
    this.#wayOut = init.request.target.kind === 'sip' ? around.edges.wayOut(around.stack.now()) : noWayOut;
    this.#cancelRingTimer = this.timers.after(init.request.ringTimeoutMs, () => {
      if (this.status !== 'answered') {
        this.hangUp({ result: 'no-answer', by: 'system', reason: 'ring-timeout' });
      }
    });
  }

  /** Sets out. What goes wrong ends the leg. */
  async start(): Promise<void> {
    const { stack, directory, targetRefusal } = this.around;
    try {
      const { groups, denied } = await planDial(this.#request.target, {
        locate: (server) => stack.locate(server),
        refusal: targetRefusal,
        bindings: (endpointId) => directory.bindings(endpointId),
      });
      if (this.status === 'ended') return;
      if (denied !== undefined) {
        this.emitter.emit('signalling', { sent: true, line: `INVITE not sent: ${denied}, which is not allowed` });
        this.finish({ result: 'failed', by: 'system', reason: 'denied' });
        return;
      }
      if (isDemanded(this.#encryption) && !this.around.relays.available) {
        this.emitter.emit('signalling', {
          sent: true,
          line: 'INVITE not sent: its media must be encrypted, and no media relay is set',
        });
        this.finish({ result: 'failed', by: 'system', reason: 'no-encryption' });
        return;
      }
      this.#groups = stack.locator.avoidedLast(groups, ([first]) => first!.target);
      const first = this.#groups[0]?.[0];
      if (!first) {
        const reason = this.#request.target.kind === 'endpoint' ? 'not-registered' : 'network-error';
        this.finish({ result: 'failed', by: 'system', reason });
        return;
      }
      this.#port = await this.media.takePorts(this.around.mediaAddress((first.far ?? first.target).address));
      this.#tryNext();
    } catch (error) {
      if (this.status === 'ended') return;
      if (!(error instanceof BaseError)) this.around.logger.error({ err: error, callId: this.id }, 'a dial failed');
      this.finish({
        result: 'failed',
        by: 'system',
        reason: error instanceof NoMediaPortError ? 'overload' : 'internal-error',
      });
    }
  }

  /** Nothing of this on an outbound leg. */
  ring(): void {}

  async earlyMedia(): Promise<void> {}

  async answer(): Promise<void> {}

  reject(): void {}

  protected handleOwn(event: SessionEvent) {
    const branch = this.#branches.get(event.sessionId);
    if (!branch || this.status === 'ended') return;
    switch (event.type) {
      case 'progress':
        return this.#progress(branch, event);
      case 'answered':
        return this.#answered(branch, event);
      case 'offer':
        return this.#offered(branch, event);
      case 'acknowledged':
        return this.#acknowledged(branch, event.sdp);
      case 'signalling':
        if (!event.sent) branch.heard = true;
        return this.handleAny(event);
      case 'ended':
        return this.#branchEnded(branch, event);
      default:
        return this.handleAny(event);
    }
  }

  protected get ownDescription(): LegDescription | undefined {
    return this.#winner?.description;
  }

  protected get ownSessionId(): string | undefined {
    return this.#winner?.sessionId;
  }

  protected get openSessionIds(): readonly string[] {
    return [...this.#branches.keys()];
  }

  protected get ownAddress(): string {
    return (this.#winner ?? this.#early)?.far.address ?? '';
  }

  protected endSignalling(termination: Termination): void {
    for (const branch of [...this.#branches.values()]) this.#drop(branch, termination);
  }

  #tryNext(): void {
    if (this.status === 'ended') return;
    const [group, ...rest] = this.#groups;
    this.#groups = rest;
    this.#group = group ?? [];
    this.#cancelFailover();
    if (!group) {
      this.finish(bestFailure(this.#failures));
      return;
    }
    if (this.#isHeldBack(group)) {
      this.#failures.push({ result: 'failed', by: 'system', reason: 'overload', sip: 503 });
      this.#tryNext();
      return;
    }
    this.#offers = this.#offersFor(group);
    for (const branch of group) this.#offers.make(this.#wayOut.through(branch));
    if (rest.length > 0 || this.#wayOut.hasOther) {
      this.#cancelFailover = this.timers.after(this.around.failoverMs, () => this.#giveUpOnSilence());
    }
  }

  /** Its server asked us to hold some calls back, and this is one of those (RFC 7339 5.10.1). */
  #isHeldBack([branch]: DialPlan[number]): boolean {
    const { stack, random } = this.around;
    const heldBack = branch !== undefined && stack.overload.holdsBack(branch.target, stack.now(), () => random.next());
    if (heldBack) {
      this.emitter.emit('signalling', {
        sent: true,
        line: `INVITE not sent: ${branch.target.address} asks for fewer calls`,
      });
    }
    return heldBack;
  }

  /** Not even 100 came: the next place is asked long before timer B (32 s) would say so. A late answer is cancelled or hung up. */
  #giveUpOnSilence(): void {
    const branches = [...this.#branches.values()];
    if (this.status === 'answered' || branches.some(({ heard }) => heard)) return;
    const termination: Termination = { result: 'failed', by: 'system', reason: 'network-error' };
    for (const branch of branches) {
      this.#drop(branch, termination);
      this.around.stack.locator.avoid(branch.target);
    }
    this.#leaveSilentEdge();
    this.#failures.push(termination);
    this.#tryNext();
  }

  /** What a silent edge was given goes to the next one. */
  #leaveSilentEdge(): void {
    if (this.#wayOut.silent(this.around.stack.now())) this.#groups = [this.#group, ...this.#groups];
  }

  get #encryption(): MediaEncryption {
    return this.#request.target.mediaEncryption ?? 'none';
  }

  #offersFor(group: DialPlan[number]): DialOffers {
    const isTried = () => this.status !== 'ended' && !this.#winner && group === this.#group;
    const failed = (error: unknown) => {
      const [sip, reason] = refusalFor(error);
      this.#failures.push({ result: 'failed', by: 'system', reason, sip });
      if (isTried() && !this.#isOut) this.#tryNext();
    };
    return new DialOffers(
      {
        encryption: this.#encryption,
        port: this.#port,
        isTried,
        ready: (branch, description, sdp) => this.#invite(branch, description, sdp),
        failed,
      },
      this.around,
    );
  }

  /** An INVITE of the group is out, or about to be. */
  get #isOut(): boolean {
    return this.#branches.size > 0 || this.#offers?.pending === true;
  }

  #invite(branch: DialBranch, description: LegDescription, sdp: string): void {
    const { stack, relays, trust, follow } = this.around;
    const { address } = branch.far ?? branch.target;
    const { maxForwards } = this.facts;
    trust(address);
    stack.do((agent, now) => {
      const invite = dialInvite(this.#request, branch, { host: stack.hostTowards(address), sdp, maxForwards });
      const id = agent.invite(invite, now);
      this.#branches.set(id, newBranch(id, branch, description));
      follow(id, this);
      if (description.relayed) relays.bind(id, description.relayed);
    });
  }

  #progress(branch: OutboundBranch, { status, sdp, toTag, response }: SessionProgress): void {
    this.#heardFrom(branch, response);
    if (sdp !== undefined) keepEarly(branch, toTag ?? '', sdp);
    if (!legAllows(this.status, 'ring')) return;
    if (sdp !== undefined && (this.#early === undefined || this.#early === branch)) {
      const isFirst = this.#early === undefined;
      if (isFirst && this.#takeEarly(branch, sdp, toTag ?? '')) {
        this.advance('ring');
        this.emitter.emit('earlyMedia');
        return;
      }
    }
    if (status !== 180 && status !== 183) return;
    if (status === 183 && sdp !== undefined) return;
    this.advance('ring');
    this.emitter.emit('ringing');
  }

  /** The first answer shows the Call-ID; the winner's replaces it. */
  #heardFrom(branch: OutboundBranch, response: SipResponse): void {
    this.around.stack.overload.learn(branch.target, response, this.around.stack.now());
    if (branch.known && branch !== this.#winner) return;
    branch.known = true;
    const { address, port, transport } = branch.far;
    this.learn({ sipCallId: response.callId, remoteAddress: hostPortText(address, port), transport });
  }

  #takeEarly(branch: OutboundBranch, sdp: string, tag: string): boolean {
    try {
      const terms = branch.description.takeAnswer(sdp);
      this.#early = branch;
      this.#earlyTag = tag;
      this.useMedia(terms);
      return true;
    } catch {
      // The answer proper will show whether there is a codec.
      return false;
    }
  }

  #answered(branch: OutboundBranch, event: SessionAnswered): void {
    if (this.#winner) return;
    this.#winner = branch;
    this.#heardFrom(branch, event.response);
    for (const other of [...this.#branches.values()]) {
      if (other !== branch) this.#drop(other, { result: 'canceled', by: 'system', reason: 'answered-elsewhere' });
    }
    try {
      const updated = branch.updated.get(event.toTag);
      if (updated) {
        branch.description = updated.description;
        this.renegotiated(updated.terms);
      } else this.useMedia(answeredTerms(branch, event));
    } catch {
      const termination: Termination = { result: 'failed', by: 'system', reason: 'no-common-codec', sip: 488 };
      this.endSignalling(termination);
      this.finish(termination);
      return;
    }
    this.#cancelFailover();
    this.#cancelRingTimer();
    this.becomeAnswered();
  }

  /** A fork moves its sound, or holds it, before it answers or after. */
  #offered(branch: OutboundBranch, event: IncomingOffer): void {
    if (branch === this.#winner) {
      this.offered(event);
      return;
    }
    const tag = event.toTag ?? '';
    const description = branch.updated.get(tag)?.description ?? branch.description.copy();
    const terms = this.answerOffer(event, event.sdp, description);
    if (!terms) return;
    branch.updated.set(tag, { description, terms });
    if (this.#early === branch && this.#earlyTag === tag) this.useMedia(terms);
  }

  /** The answer to an offer that we made in a re-INVITE's 200. */
  #acknowledged(branch: OutboundBranch, sdp: string | undefined): void {
    if (branch !== this.#winner || sdp === undefined) return;
    try {
      this.renegotiated(branch.description.takeAnswer(sdp));
    } catch {
      this.hangUp({ by: 'system', reason: 'no-common-codec' });
    }
  }

  #branchEnded(branch: OutboundBranch, event: SessionEnded): void {
    this.#branches.delete(branch.sessionId);
    this.around.unfollow(branch.sessionId);
    if (branch === this.#winner) {
      this.finish(terminationOfSession(event, true));
      return;
    }
    this.#failures.push(terminationOfSession(event, false));
    this.around.stack.overload.learn(branch.target, event.response, this.around.stack.now());
    const avoidMs = avoidanceOf(event, branch.heard);
    if (avoidMs !== undefined) this.around.stack.locator.avoid(branch.target, avoidMs);
    if (this.#isOut) return;
    // Another place is asked only where this one did not: 503, no connection, or silence (RFC 3263 4.3).
    const silent = (event.why === 'timeout' || event.why === 'unreachable') && !branch.heard;
    if (silent) this.#leaveSilentEdge();
    else if (event.status !== 503) this.#groups = [];
    this.#tryNext();
  }

  #drop(branch: OutboundBranch, termination: Termination): void {
    this.#branches.delete(branch.sessionId);
    this.around.unfollow(branch.sessionId);
    this.around.stack.do((agent, now) => agent.hangUp(branch.sessionId, { reason: reasonHeader(termination) }, now));
  }
}
