import type { IncomingOffer, IncomingReinvite } from '../../sip/sip-event.js';
import type { LegDescription, MediaTerms } from './leg-description.js';
import { refusalFor } from './media-refusal.js';
import { towardsFar } from './relay/towards-far.js';
import type { SipStack } from './sip-stack.js';

/** Answers an offer within a session by this description of ours. Undefined where it cannot be taken: everything stays as it was. */
export function answerOffer(
  { requestId, request }: IncomingReinvite | IncomingOffer,
  sdp: string,
  description: LegDescription,
  { stack, hangUp }: { readonly stack: SipStack; readonly hangUp: () => void },
): MediaTerms | undefined {
  const respond = (status: number, options: { sdp?: string }) =>
    stack.do((agent, now) => agent.respond(requestId, status, options, now));
  try {
    const { sdp: answer, terms } = description.answer(sdp);
    const send = (ours: string) => respond(200, { sdp: ours });
    towardsFar({ answer }, description.relayed, send, (error) => respond(refusalFor(error)[0], {}));
    return terms;
  } catch {
    if (request.method !== 'PRACK') respond(488, {});
    else {
      // A PRACK cannot be refused (RFC 3262 3); what it wants can only end the call (RFC 6337 3.2).
      respond(200, {});
      hangUp();
    }
    return undefined;
  }
}

/** Answers a re-INVITE without an offer by one of ours; the answer comes with the ACK (RFC 3261 14.2). */
export function offerInstead({ requestId }: IncomingReinvite, description: LegDescription, stack: SipStack): void {
  const taken = (sdp: string) => stack.do((agent, now) => agent.respond(requestId, 200, { sdp }, now));
  const refused = (error: unknown) => stack.do((agent, now) => agent.respond(requestId, refusalFor(error)[0], {}, now));
  towardsFar({ offer: description.offer() }, description.relayed, taken, refused);
}
