import { type Flow, isReliable, targetOfFlow } from '../../../sip/flow.js';
import { parseUri } from '../../../sip/parse/uri.js';
import type { EmbeddedLeg } from '../embedded-leg.js';
import type { SipStack } from '../sip-stack.js';

/**
 * Phones that talked over a connection of the former process: it went with that, and they open another. What we have to say in their calls goes over the one on which a phone registers
 * again with the Contact of its call; nothing else reaches a browser (RFC 7118 5), or a phone behind NAT.
 */
export class ReturningPhones {
  readonly #stack: SipStack;
  /** Legs to move, by phone. */
  readonly #away = new Map<string, Set<EmbeddedLeg>>();

  constructor(stack: SipStack) {
    this.#stack = stack;
  }

  /** A leg that was taken over: waits for its phone, where that is needed. */
  expect(leg: EmbeddedLeg): void {
    const { endpointId } = leg;
    const dialog = leg.sessionSnapshot()?.dialog;
    if (endpointId === undefined || !dialog || dialog.routeSet.length > 0 || !isReliable(dialog.path.transport)) return;
    const legs = this.#away.get(endpointId) ?? new Set();
    this.#away.set(endpointId, legs.add(leg));
    leg.events.once('ended', () => this.#forget(endpointId, leg));
  }

  /** A phone registered, with its password, under these Contacts. */
  registered(endpointId: string, contacts: readonly string[], flow: Flow): void {
    const legs = this.#away.get(endpointId);
    if (!legs || !isReliable(flow.transport) || flow.sender) return;
    for (const leg of legs) {
      const { sessionId } = leg;
      const target = leg.sessionSnapshot()?.dialog.remoteTarget;
      if (sessionId === undefined || target === undefined || !contacts.some((each) => isSamePhone(each, target)))
        continue;
      this.#stack.do((agent) => agent.moveSession(sessionId, targetOfFlow(flow)));
      this.#forget(endpointId, leg);
    }
  }

  #forget(endpointId: string, leg: EmbeddedLeg): void {
    const legs = this.#away.get(endpointId);
    if (legs?.delete(leg) && legs.size === 0) this.#away.delete(endpointId);
  }
}

/** By user and host: the port of a Contact may be that of the connection. */
function isSamePhone(contact: string, target: string): boolean {
  const [a, b] = [parseUri(contact), parseUri(target)];
  return a.user === b.user && a.host === b.host;
}
