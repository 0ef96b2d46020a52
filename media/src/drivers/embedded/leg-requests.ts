import type { Refer, ReferResult } from '../../port/transfer.js';
import type { InDialogRequest } from '../../sip/sip-event.js';
import type { EmbeddedLeg } from './embedded-leg.js';
import { digitOfInfo } from './info-digits.js';
import type { LegSurroundings } from './leg-surroundings.js';
import { ReceivedRefers } from './received-refers.js';
import { SentRefers } from './sent-refers.js';

/** What else than offers and ends is asked for within a leg's session, both ways: INFO, OPTIONS, transfers. */
export class LegRequests {
  readonly #leg: EmbeddedLeg;
  readonly #around: LegSurroundings;
  #receivedRefers: ReceivedRefers | undefined;
  #sentRefers: SentRefers | undefined;

  constructor(leg: EmbeddedLeg, around: LegSurroundings) {
    this.#leg = leg;
    this.#around = around;
  }

  refer(refer: Refer): Promise<ReferResult> {
    this.#sentRefers ??= new SentRefers(this.#leg, this.#around);
    return this.#sentRefers.send(refer);
  }

  /** Another far end has the leg now. */
  forget(): void {
    this.#receivedRefers?.forget();
  }

  /** The leg is over. */
  close(): void {
    this.#sentRefers?.close();
  }

  received(event: InDialogRequest): void {
    switch (event.request.method) {
      case 'OPTIONS':
        this.#respond(event, 200);
        return;
      case 'REFER':
        this.#receivedRefers ??= new ReceivedRefers(this.#leg, this.#around);
        this.#receivedRefers.received(event);
        return;
      case 'NOTIFY':
        if (!this.#sentRefers?.notified(event)) this.#respond(event, 481);
        return;
      case 'INFO':
        this.#info(event);
        return;
      default:
        this.#respond(event, 501);
    }
  }

  #info(event: InDialogRequest): void {
    const { contentType, bodyText, body } = event.request;
    const digit = digitOfInfo(contentType, bodyText);
    // An INFO without a body only asks whether we live (RFC 2976).
    if (digit !== undefined || body.length === 0) this.#respond(event, 200);
    else this.#respond(event, 415, [['Accept', 'application/dtmf-relay, application/dtmf']]);
    if (digit !== undefined && this.#leg.digit(digit, 'signalling')) this.#leg.onSignalledDigit?.(digit);
  }

  #respond({ requestId }: InDialogRequest, status: number, headers: readonly [string, string][] = []): void {
    this.#around.stack.do((agent, now) => agent.respond(requestId, status, { headers }, now));
  }
}
