import { parseNameAddr } from '../../sip/parse/name-addr.js';
import type { InDialogRequest } from '../../sip/sip-event.js';
import { OfferedRefers } from '../../sip/transfer/offered-refers.js';
import type { ReferTo } from '../../sip/transfer/refer-to.js';
import type { EmbeddedLeg } from './embedded-leg.js';
import type { LegSurroundings } from './leg-surroundings.js';

/** REFERs that come on a leg: offers them, and carries the answers out. */
export class ReceivedRefers {
  readonly #leg: EmbeddedLeg;
  readonly #around: LegSurroundings;
  readonly #offered: OfferedRefers;

  constructor(leg: EmbeddedLeg, around: LegSurroundings) {
    this.#leg = leg;
    this.#around = around;
    this.#offered = new OfferedRefers({
      leg,
      namesUs: (refer) => this.#namesUs(refer),
    });
  }

  received(event: InDialogRequest): void {
    const { stack } = this.#around;
    let subscription: string | undefined;
    this.#offered.received(event.request, {
      accept: (wantsNotify) => {
        subscription = stack.do((agent, now) => agent.acceptRefer(event, wantsNotify, now));
      },
      refuse: (status, phrase) => {
        const options = phrase === undefined ? {} : { phrase };
        stack.do((agent, now) => agent.respond(event.requestId, status, options, now));
      },
      tell: (status) => {
        if (subscription !== undefined) stack.do((agent, now) => agent.tellReferrer(subscription!, status, now));
      },
    });
  }

  /** Another far end has the leg now: what the former one asked for hinders nobody. */
  forget(): void {
    this.#offered.forget();
  }

  /** By our address towards this far end, by the name it called us under, or by the domain that a phone of ours says it is in itself. */
  #namesUs({ uri: { host, port }, referredBy }: ReferTo): boolean {
    const { stack } = this.#around;
    const { facts, direction, signallingAddress } = this.#leg;
    if (port !== undefined && !stack.listensOn(port)) return false;
    if (host === stack.hostTowards(signallingAddress)) return true;
    if (direction === 'inbound') return host === facts.toHost;
    return this.#leg.isToOurPhone && referredBy !== undefined && host === hostIn(referredBy);
  }
}

function hostIn(address: string): string {
  return parseNameAddr(address).uri.host;
}
