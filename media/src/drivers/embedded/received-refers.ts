import { crossingHeaders } from '../../port/crossing-headers.js';
import type { TransferTarget } from '../../port/transfer.js';
import { parseNameAddr } from '../../sip/parse/name-addr.js';
import type { InDialogRequest } from '../../sip/sip-event.js';
import { type ReferTo, readRefer } from '../../sip/transfer/refer-to.js';
import { keyOfReplaces } from '../../sip/transfer/replaces.js';
import type { EmbeddedLeg } from './embedded-leg.js';
import type { LegSurroundings } from './leg-surroundings.js';

/** REFERs that come on a leg: reads them, offers them, and carries the answers out. One at a time. */
export class ReceivedRefers {
  readonly #leg: EmbeddedLeg;
  readonly #around: LegSurroundings;
  #open: object | undefined;

  constructor(leg: EmbeddedLeg, around: LegSurroundings) {
    this.#leg = leg;
    this.#around = around;
  }

  received(event: InDialogRequest): void {
    const refer = readRefer(event.request);
    if ('refusal' in refer) this.#refuse(event, refer.refusal.status, refer.refusal.phrase);
    else if (this.#leg.status !== 'answered') this.#refuse(event, 603);
    else if (this.#open) this.#refuse(event, 491);
    else this.#offer(event, refer);
  }

  /** Another far end has the leg now: what the former one asked for hinders nobody. */
  forget(): void {
    this.#open = undefined;
  }

  #offer(event: InDialogRequest, refer: ReferTo): void {
    const mine = {};
    this.#open = mine;
    let state: 'new' | 'accepted' | 'over' = 'new';
    let subscription: string | undefined;
    const { stack } = this.#around;
    const over = () => {
      state = 'over';
      if (this.#open === mine) this.#open = undefined;
    };
    const offered = this.#leg.offerTransfer({
      to: this.#target(refer),
      ...(refer.referredBy === undefined ? {} : { referredBy: refer.referredBy }),
      accept: () => {
        if (state !== 'new') return;
        state = 'accepted';
        subscription = stack.do((agent, now) => agent.acceptRefer(event, refer.wantsNotify, now));
      },
      refuse: (status, { reason } = {}) => {
        if (state !== 'new') return;
        over();
        this.#refuse(event, status, reason);
      },
      progress: (status) => {
        if (state !== 'accepted') return;
        if (status >= 200) over();
        if (subscription !== undefined) stack.do((agent, now) => agent.tellReferrer(subscription!, status, now));
      },
    });
    if (offered) return;
    over();
    this.#refuse(event, 603);
  }

  #target({ uriText, uri, headers, replaces, referredBy }: ReferTo): TransferTarget {
    const leg = replaces && this.#around.legOf(keyOfReplaces(replaces.dialog));
    return {
      uri: uriText,
      user: uri.user,
      host: uri.host,
      isOurs: uri.scheme === 'tel' || this.#namesUs(uri, referredBy),
      headers: crossingHeaders(Object.fromEntries(headers)),
      ...(replaces ? { replaces: { value: replaces.value, ...(leg ? { leg } : {}) } } : {}),
    };
  }

  /** By our address towards this far end, by the name it called us under, or by the domain that a phone of ours says it is in itself. */
  #namesUs({ host, port }: ReferTo['uri'], referredBy: string | undefined): boolean {
    const { stack } = this.#around;
    const { facts, direction, signallingAddress } = this.#leg;
    if (port !== undefined && !stack.listensOn(port)) return false;
    if (host === stack.hostTowards(signallingAddress)) return true;
    if (direction === 'inbound') return host === facts.toHost;
    return this.#leg.isToOurPhone && referredBy !== undefined && host === hostIn(referredBy);
  }

  #refuse({ requestId }: InDialogRequest, status: number, phrase?: string): void {
    const options = phrase === undefined ? {} : { phrase };
    this.#around.stack.do((agent, now) => agent.respond(requestId, status, options, now));
  }
}

function hostIn(address: string): string {
  return parseNameAddr(address).uri.host;
}
