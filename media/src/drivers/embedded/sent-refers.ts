import { BaseError } from '@hookswitch/kernel/base-error';
import type { LiveCall } from '../../port/live-call.js';
import { ReferOutcome } from '../../port/refer-outcome.js';
import type { Refer, ReferResult } from '../../port/transfer.js';
import { parseUri, withoutHeaders } from '../../sip/parse/uri.js';
import type { InDialogRequest } from '../../sip/sip-event.js';
import { replacesOf } from '../../sip/transfer/replaces.js';
import { isReferNotify, readReferNotify } from '../../sip/transfer/sipfrag.js';
import type { EmbeddedLeg } from './embedded-leg.js';
import type { LegSurroundings } from './leg-surroundings.js';
import { referHeaders } from './refer-headers.js';

/** REFERs that we send on a leg: one at a time. */
export class SentRefers {
  readonly #leg: EmbeddedLeg;
  readonly #around: LegSurroundings;
  #last: ReferOutcome | undefined;

  constructor(leg: EmbeddedLeg, around: LegSurroundings) {
    this.#leg = leg;
    this.#around = around;
  }

  async send(refer: Refer): Promise<ReferResult> {
    const { sessionId, status } = this.#leg;
    if (status !== 'answered' || sessionId === undefined) return { end: 'not-answered' };
    if (this.#last && !this.#last.over) return { end: 'refused', referStatus: 491 };
    try {
      const target = this.#targetOf(refer.to);
      if (target === undefined) return { end: 'refused', referStatus: 400 };
      const { stack, onReply, clock } = this.#around;
      const headers = referHeaders(target, refer);
      const requestId = stack.do((agent, now) => agent.refer(sessionId, headers, now));
      if (requestId === undefined) return { end: 'not-answered' };
      const sent = new ReferOutcome(refer, (ms, action) => clock.after(ms, action));
      this.#last = sent;
      const forget = onReply(requestId, (answer) => sent.answered(answer));
      return await sent.result.finally(forget);
    } catch (error) {
      if (error instanceof BaseError) return { end: 'refused', referStatus: 400 };
      throw error;
    }
  }

  /** Takes a NOTIFY. False where it is about nothing of ours. */
  notified({ requestId, request }: InDialogRequest): boolean {
    if (!this.#last || !isReferNotify(request)) return false;
    this.#around.stack.do((agent, now) => agent.respond(requestId, 200, {}, now));
    this.#last.notified(readReferNotify(request));
    return true;
  }

  /** The leg has ended. */
  close(): void {
    this.#last?.gaveUp();
  }

  /** What Refer-To holds; undefined for a leg whose far end cannot be named. */
  #targetOf(to: Refer['to']): string | undefined {
    if (typeof to === 'string') {
      parseUri(to);
      return to;
    }
    const sessionId = sessionOf(to);
    const dialog = sessionId && this.#around.stack.do((agent) => agent.dialogOf(sessionId));
    if (!dialog) return undefined;
    return `${withoutHeaders(dialog.remoteTarget)}?Replaces=${encodeURIComponent(replacesOf(dialog))}`;
  }
}

function sessionOf(leg: LiveCall): string | undefined {
  return leg.status === 'answered' && 'sessionId' in leg ? (leg as EmbeddedLeg).sessionId : undefined;
}
