import { senderOf } from '../../sip/flow.js';
import type { IncomingInvite, SipEvent } from '../../sip/sip-event.js';
import type { LegDescription, MediaTerms } from './leg-description.js';

/** The dialog that took the place of a leg's own (RFC 3891): the leg goes on with it. */
export class SuccessorDialog {
  readonly sessionId: string;
  readonly description: LegDescription;
  /** Where its signalling comes from. */
  readonly address: string;

  constructor({ sessionId, flow }: IncomingInvite, description: LegDescription) {
    this.sessionId = sessionId;
    this.description = description;
    this.address = senderOf(flow).address;
  }

  owns(event: SipEvent): boolean {
    return 'sessionId' in event && event.sessionId === this.sessionId;
  }

  /** The answer to an offer that our 200 made. Throws where it cannot be taken. */
  acknowledged(sdp: string | undefined): MediaTerms | undefined {
    return sdp === undefined ? undefined : this.description.takeAnswer(sdp);
  }
}
