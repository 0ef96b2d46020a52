import type { SipEvent } from '../../sip/sip-event.js';
import type { LegDescription, MediaTerms } from './leg-description.js';

/** An answered dialog that a leg goes on with although it did not begin with it: it took the place of the leg's own (RFC 3891), or a former process began it. */
export class AnsweredDialog {
  readonly sessionId: string;
  readonly description: LegDescription;
  /** Where its signalling comes from. */
  readonly address: string;
  /** The phone of ours at the far end. */
  readonly endpointId: string | undefined;

  constructor(sessionId: string, description: LegDescription, address: string, endpointId: string | undefined) {
    this.sessionId = sessionId;
    this.description = description;
    this.address = address;
    this.endpointId = endpointId;
  }

  owns(event: SipEvent): boolean {
    return 'sessionId' in event && event.sessionId === this.sessionId;
  }

  /** The answer to an offer that our 200 made. Throws where it cannot be taken. */
  acknowledged(sdp: string | undefined): MediaTerms | undefined {
    return sdp === undefined ? undefined : this.description.takeAnswer(sdp);
  }
}
