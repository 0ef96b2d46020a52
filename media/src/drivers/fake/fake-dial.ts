import type { DialRequest } from '../../port/call-engine.js';
import { crossingHeaders } from '../../port/crossing-headers.js';
import { isDemanded } from '../../port/media-encryption.js';
import type { Termination } from '../../port/termination.js';
import { bestFailure, terminationFromStatus } from '../../port/termination-from-sip.js';
import { type EngineMessage, FakeFarEnd, type FarEndMessage } from './fake-far-end.js';
import { fakeIdentity } from './fake-identity.js';
import type { FakeLeg } from './fake-leg.js';
import { FakeLine } from './fake-line.js';
import { parseAddress } from './fake-network.js';
import type { FakeOutside } from './fake-outside.js';
import type { FarEndScript } from './far-end-script.js';

/**
 * The way of one outbound leg to its far end: proxies in order, a registered phone's bindings all at once. The first answer wins, the others are
 * cancelled; when all refuse, the answer that says most is the leg's.
 */
export class FakeDial extends FakeLine {
  readonly #request: DialRequest;
  readonly #outside: FakeOutside;
  readonly #out = new Set<FakeFarEnd>();
  readonly #refusals: Termination[] = [];
  #winner: FakeFarEnd | undefined;

  constructor(leg: FakeLeg, request: DialRequest, outside: FakeOutside) {
    super();
    this.#request = request;
    this.#outside = outside;
    this.handTo(leg);
  }

  /** Sets out. The leg may have been hung up already. */
  start() {
    const { target } = this.#request;
    if (this.leg?.status === 'ended') return;
    // Nothing is encrypted here.
    if (isDemanded(target.mediaEncryption ?? 'none')) {
      return this.leg?.finish({ result: 'failed', by: 'system', reason: 'no-encryption' });
    }
    if (target.kind === 'endpoint') {
      const bindings = this.#outside.network.bindings(target.endpointId);
      if (bindings.length === 0) {
        return this.leg?.finish({ result: 'failed', by: 'system', reason: 'not-registered' });
      }
      for (const script of bindings) this.#ring(script, target.endpointId);
      return;
    }
    const address = parseAddress(target.uri);
    const states = (target.proxies ?? [target.uri]).map((hop) => this.#outside.network.hostState(parseAddress(hop)));
    if (states.some((state) => state === 'up'))
      return this.#ring(this.#outside.network.scriptFor(address), address.user);
    if (states.includes('overloaded')) return this.leg?.finish(terminationFromStatus(503, 'remote'));
    this.leg?.finish({ result: 'failed', by: 'system', reason: 'network-error' });
  }

  /** The engine's side speaks to whoever is at the other end. */
  send(message: EngineMessage): void {
    const to = this.#winner ? [this.#winner] : [...this.#out];
    for (const farEnd of to) this.#deliver(farEnd, message);
  }

  protected letGo(): void {
    this.send({ kind: this.#winner ? 'bye' : 'cancel' });
  }

  #deliver(farEnd: FakeFarEnd, message: EngineMessage): void {
    this.#outside.later(() => farEnd.receive(message));
  }

  #ring(script: FarEndScript, to: string): void {
    const identity = fakeIdentity(this.#request);
    const call = {
      from: identity.from,
      to,
      headers: { ...crossingHeaders(this.#request.headers ?? {}), ...identity.headers },
      side: 'called' as const,
    };
    const line = {
      send: (message: FarEndMessage) =>
        this.#outside.later(() => this.whenHeard(message, () => this.#hear(farEnd, message))),
      heard: () => (this.#winner === farEnd || !this.#winner ? this.heard : []),
    };
    const farEnd: FakeFarEnd = new FakeFarEnd(call, script, line, this.#outside.timers);
    this.#out.add(farEnd);
    this.#outside.network.announce(farEnd, this.#request);
  }

  #hear(farEnd: FakeFarEnd, message: FarEndMessage) {
    if (this.isAbandoned) {
      if (message.kind === 'answer') this.#deliver(farEnd, { kind: 'bye' });
      return;
    }
    if (message.kind === 'answer') {
      // A 200 after we gave up, or after another won: acknowledged and hung up (RFC 3261 13.2.2.4).
      if (this.#winner || this.leg?.status === 'ended') return this.#deliver(farEnd, { kind: 'bye' });
      this.#winner = farEnd;
      for (const other of this.#out) if (other !== farEnd) this.#deliver(other, { kind: 'cancel' });
    }
    if (this.#winner && this.#winner !== farEnd) return;
    if (message.kind === 'refuse' && !this.#winner) {
      this.#out.delete(farEnd);
      this.#refusals.push(terminationFromStatus(message.status, 'remote'));
      if (this.#out.size > 0) return;
      return this.leg?.finish(bestFailure(this.#refusals));
    }
    this.leg?.receive(message);
  }
}
