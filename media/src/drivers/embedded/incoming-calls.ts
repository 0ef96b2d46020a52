import type { Logger } from '@hookswitch/kernel/logger';
import type { EngineEvents, IncomingCall } from '../../port/call-engine.js';
import type { Headers, LiveCall } from '../../port/live-call.js';
import type { MediaEncryption } from '../../port/media-encryption.js';
import { defaultReliableProvisionals, type ReliableProvisionals } from '../../port/reliable-provisionals.js';
import { terminationFromStatus } from '../../port/termination-from-sip.js';
import { reasonHeaders } from '../../sip/compose.js';
import { senderOf } from '../../sip/flow.js';
import type { Identification } from '../../sip/identity/source-identifier.js';
import type { ResponseOptions } from '../../sip/sip-command.js';
import type { IncomingInvite, SessionEnded, Signalling } from '../../sip/sip-event.js';
import { callFacts, identityRefusal } from './call-facts.js';
import type { EmbeddedLeg } from './embedded-leg.js';
import type { FoundLeg } from './find-replaced.js';
import { HalfOpenCalls } from './half-open-calls.js';
import { refusalFor } from './media-refusal.js';
import { reasonHeader } from './session-end.js';
import type { SipStack } from './sip-stack.js';

/** What the door to inbound calls needs of the engine. */
export interface IncomingCallsHost {
  readonly stack: SipStack;
  readonly logger: Logger;
  readonly caps: {
    readonly maxHalfOpen: number;
    readonly maxHalfOpenPerSource: number;
    readonly retryAfterSeconds: number;
  };
  identify(invite: IncomingInvite): Promise<Identification>;
  /** Whether another call may come in now. */
  hasRoom(): boolean;
  knows(address: string): boolean;
  /** Makes the leg of a call that another node makes and that is expected here; false where it is none. */
  admitted(pending: PendingInvite): boolean;
  trust(address: string): void;
  /** Hands the call to the product; false where nobody listens. */
  offer(...event: EngineEvents['incoming']): boolean;
  /** Whether the call is to be refused because its media cannot be encrypted. */
  mustEncrypt(pending: PendingInvite): boolean;
  /** Whose place the call asks to take. */
  replaced(invite: IncomingInvite): FoundLeg | undefined;
  /** Makes the leg. */
  adopt(callId: string, facts: LiveCall['facts'], pending: PendingInvite, reliable: ReliableProvisionals): LiveCall;
}

/** An INVITE that nobody took over yet, and what came of its session meanwhile. */
export interface PendingInvite {
  readonly invite: IncomingInvite;
  /** Who sent it, once that is known. */
  readonly source: IncomingCall['source'] | undefined;
  /** What its sender's calls must be. */
  readonly encryption: MediaEncryption;
  /** Set where the caller left. */
  readonly ended: SessionEnded | undefined;
  readonly signalling: readonly Signalling[];
}

interface Pending extends PendingInvite {
  source: IncomingCall['source'] | undefined;
  encryption: MediaEncryption;
  ended: SessionEnded | undefined;
  readonly signalling: Signalling[];
  settled: boolean;
}

/** From INVITE to `incoming`: caps, identification, then the product decides. What was not accepted yet is kept here. */
export class IncomingCalls {
  readonly #host: IncomingCallsHost;
  readonly #pending = new Map<string, Pending>();
  readonly #halfOpen: HalfOpenCalls;

  constructor(host: IncomingCallsHost) {
    this.#host = host;
    this.#halfOpen = new HalfOpenCalls(host.caps.maxHalfOpen, host.caps.maxHalfOpenPerSource);
  }

  /** INVITEs that nobody took over or refused yet. */
  get size(): number {
    return this.#pending.size;
  }

  /** Calls without a final answer, taken over or not. */
  get beingSetUp(): number {
    return this.#halfOpen.size;
  }

  /** An INVITE came. */
  invited(invite: IncomingInvite): void {
    const { sessionId, flow } = invite;
    const { address } = senderOf(flow);
    const isStranger = !this.#host.knows(address);
    if (!this.#host.hasRoom() || !this.#halfOpen.add(sessionId, address, isStranger)) {
      const headers = [['Retry-After', String(this.#host.caps.retryAfterSeconds)]] as const;
      this.#respond(invite, 503, { headers, forget: true });
      return;
    }
    const pending: Pending = {
      invite,
      source: undefined,
      encryption: 'none',
      ended: undefined,
      signalling: [],
      settled: false,
    };
    if (this.#host.admitted(pending)) return;
    this.#pending.set(sessionId, pending);
    this.#host.identify(invite).then(
      (who) => this.#identified(pending, who),
      (error: unknown) => {
        this.#host.logger.error({ err: error }, 'the sender of a call could not be looked up: refused with 500');
        this.#refuse(pending, 500);
      },
    );
  }

  /** A session that was not accepted yet ended: cancelled, or timed out. True where it was one of these. */
  ended(event: SessionEnded): boolean {
    this.#halfOpen.remove(event.sessionId);
    const pending = this.#pending.get(event.sessionId);
    if (!pending) return false;
    pending.ended = event;
    this.#pending.delete(event.sessionId);
    return true;
  }

  /** A message went over the wire. True where it belongs to a session that was not accepted yet. */
  signalled(event: Signalling): boolean {
    const pending = this.#pending.get(event.sessionId);
    pending?.signalling.push(event);
    return pending !== undefined;
  }

  /** An accepted call was answered or refused. */
  settled(sessionId: string): void {
    this.#halfOpen.remove(sessionId);
  }

  /** Refuses all that nobody took over yet. */
  refuseAll(status: number): void {
    for (const pending of [...this.#pending.values()]) this.#refuse(pending, status);
  }

  #identified(pending: Pending, who: Identification): void {
    if (pending.ended || pending.settled) return;
    if (who.kind !== 'known') {
      this.#refuse(pending, who.status, { headers: who.kind === 'challenge' ? who.headers : [], forget: true });
      return;
    }
    const { invite } = pending;
    this.#host.trust(senderOf(invite.flow).address);
    const facts = callFacts(invite, who);
    const refusal = identityRefusal(invite.request, facts);
    if (refusal !== undefined) {
      this.#refuse(pending, refusal);
      return;
    }
    pending.source = who.source;
    pending.encryption = who.user?.mediaEncryption ?? 'none';
    if (this.#host.mustEncrypt(pending)) {
      const warning = `399 ${invite.flow.localAddress} "Encrypted media (SRTP) is required"`;
      this.#host.logger.info({ source: who.source }, 'A call was refused: its media must be encrypted, and cannot be.');
      this.#refuse(pending, 488, { headers: [['Warning', warning]] });
      return;
    }
    const replaced = this.#host.replaced(invite);
    if (replaced && 'status' in replaced) {
      this.#refuse(pending, replaced.status);
      return;
    }
    const call: IncomingCall = {
      source: who.source,
      facts,
      ...(replaced ? { replaces: replaced.leg } : {}),
      takePlace: () => this.#takePlace(pending, facts, replaced?.leg),
      accept: (callId) => {
        if (pending.settled) throw new Error('This call was accepted or refused before.');
        pending.settled = true;
        this.#pending.delete(invite.sessionId);
        return this.#host.adopt(callId, facts, pending, who.reliableProvisionals ?? defaultReliableProvisionals);
      },
      refuse: (status, options = {}) => {
        if (pending.settled) return;
        const phrase = options.reason === undefined ? {} : { phrase: options.reason };
        const why = reasonHeaders(reasonHeader(terminationFromStatus(status, 'local')));
        this.#refuse(pending, status, { headers: [...headerList(options), ...why], ...phrase });
      },
    };
    if (!this.#host.offer(call)) this.#refuse(pending, 480);
  }

  async #takePlace(pending: Pending, facts: LiveCall['facts'], leg: EmbeddedLeg | undefined): Promise<void> {
    if (!leg || pending.settled) throw new Error("This call takes nobody's place, or was settled before.");
    pending.settled = true;
    const { invite } = pending;
    try {
      if (pending.ended || !(await leg.takeOver(pending, facts))) this.#refuse(pending, 603);
    } catch (error) {
      this.#refuse(pending, refusalFor(error)[0]);
      throw error;
    } finally {
      this.#pending.delete(invite.sessionId);
      this.#halfOpen.remove(invite.sessionId);
    }
  }

  #refuse(pending: Pending, status: number, options: ResponseOptions = {}): void {
    pending.settled = true;
    this.#pending.delete(pending.invite.sessionId);
    this.#halfOpen.remove(pending.invite.sessionId);
    if (!pending.ended) this.#respond(pending.invite, status, options);
  }

  #respond(invite: IncomingInvite, status: number, options: ResponseOptions): void {
    this.#host.stack.do((agent, now) => agent.respond(invite.requestId, status, options, now));
  }
}

/** The phone of ours that a call comes from. */
export function endpointOf(source: PendingInvite['source']): string | undefined {
  return source?.kind === 'endpoint' ? source.id : undefined;
}

function headerList(options: { retryAfterSeconds?: number; headers?: Headers }): [string, string][] {
  const headers = Object.entries(options.headers ?? {});
  if (options.retryAfterSeconds !== undefined) headers.push(['Retry-After', String(options.retryAfterSeconds)]);
  return headers;
}
