import type { EngineRefusals } from '../../port/call-engine.js';
import { behindEdge } from '../../sip/behind-edge.js';
import { type Flow, type SipTarget, senderOf } from '../../sip/flow.js';
import type { Challenge, SourceIdentifier } from '../../sip/identity/source-identifier.js';
import type { SipRequest } from '../../sip/parse/message.js';
import type { EmbeddedEngineSettings, EngineLimits } from './embedded-settings.js';
import { FloodGuard } from './flood-guard.js';
import { OverloadWatch } from './overload-watch.js';
import type { SipEdges } from './sip-edges.js';
import { targetRefusal } from './target-guard.js';

/** How often it is looked at how late the event loop runs, milliseconds. */
const lagLookMs = 250;

/** What may come in at all, and where we may send; what was refused is counted. */
export class Admission {
  readonly #settings: Pick<EmbeddedEngineSettings, 'eventLoopLagMs' | 'addressPolicy'>;
  readonly #edges: SipEdges;
  /** Calls without a final answer. */
  readonly #beingSetUp: () => number;
  /** New calls are to be refused, or not any more. */
  readonly #overloaded: (overloaded: boolean) => void;
  readonly #watch: OverloadWatch;
  readonly #guard: FloodGuard;
  readonly #refused = { 'source-rate': 0, 'strangers-rate': 0, 'challenged-unseen': 0, 'target-denied': 0 };
  #lagLookedAt = 0;

  constructor(
    settings: Pick<EmbeddedEngineSettings, 'eventLoopLagMs' | 'addressPolicy'>,
    limits: EngineLimits,
    edges: SipEdges,
    beingSetUp: () => number,
    overloaded: (overloaded: boolean) => void,
  ) {
    this.#settings = settings;
    this.#edges = edges;
    this.#beingSetUp = beingSetUp;
    this.#overloaded = overloaded;
    this.#watch = new OverloadWatch(limits.maxLagMs);
    this.#guard = new FloodGuard({
      perSecond: limits.floodPerSecond,
      burst: limits.floodBurst,
      strangersPerSecond: limits.strangersPerSecond,
      maxSources: 50_000,
      trustMs: 3_600_000,
    });
  }

  get refusals(): EngineRefusals {
    return { ...this.#refused };
  }

  /** Whether the address proved who it is, or was called by us, a while ago at most. */
  knows(address: string, now: number): boolean {
    return this.#guard.knows(address, now);
  }

  trust(address: string, now: number): void {
    this.#guard.trust(address, now);
  }

  /** Whether a request that came this way is looked at. Also looks, now and then, at how late the event loop runs. */
  admits(flow: Flow, now: number): boolean {
    return this.#edges.sent(flow) || this.#admitsFrom(flow.remoteAddress, now);
  }

  /** What an edge of ours handed on came from somebody else, who must not ask too much. */
  reveal(request: SipRequest, flow: Flow, now: number): Flow | undefined {
    if (!this.#edges.sent(flow)) return flow;
    const seen = behindEdge(request, flow);
    if (!seen || seen === flow) return seen;
    return this.#admitsFrom(senderOf(seen).address, now) ? seen : undefined;
  }

  /** A REGISTER that needs no look at the directory is challenged before anything is kept of it. */
  challengeAtOnce(
    request: SipRequest,
    flow: Flow,
    identifier: Pick<SourceIdentifier, 'challengeAtOnce'>,
    now: number,
  ): Challenge | undefined {
    if (request.method !== 'REGISTER') return undefined;
    const challenge = identifier.challengeAtOnce(request, flow, now);
    if (challenge) this.#refused['challenged-unseen'] += 1;
    return challenge;
  }

  /** What forbids sending to a target at this address. */
  targetRefusal(target: SipTarget, address: string): string | undefined {
    const { addressPolicy } = this.#settings;
    const refusal = addressPolicy && targetRefusal(addressPolicy, target, address);
    if (refusal !== undefined) this.#refused['target-denied'] += 1;
    return refusal;
  }

  #admitsFrom(address: string, now: number): boolean {
    const { eventLoopLagMs } = this.#settings;
    if (eventLoopLagMs && now - this.#lagLookedAt > lagLookMs) {
      this.#lagLookedAt = now;
      this.#overloaded(this.#watch.look(eventLoopLagMs(), this.#beingSetUp(), now));
    }
    const admission = this.#guard.admits(address, now);
    if (admission === 'admitted') return true;
    this.#refused[admission] += 1;
    return false;
  }
}
