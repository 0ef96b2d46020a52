import type { Clock } from '@hookswitch/kernel/clock';
import type { SipRequest, SipResponse } from '../../../sip/parse/message.js';
import { Remembered } from './remembered.js';

/** As long as a caller may hear a phone ring, milliseconds. */
const setUpMs = 600_000;

/** A message whose description is another than it came with; '' is none. */
export interface Redescribed {
  readonly sdp: string;
}

/**
 * Calls whose caller leaves the offer to us (RFC 3264 4), which FreeSWITCH does not make before the answer, and for whose ACK it holds everything up. It gets an offer in their name,
 * with no more than where they are; its answer is our offer to them, in an acknowledged provisional or in the 200; and what they answer to that (in PRACK or ACK) FreeSWITCH need
 * not see: it sends sound to where theirs comes from.
 */
export class OfferlessCalls {
  /** By Call-ID; true once the caller has answered our offer. */
  readonly #open: Remembered<{ answered: boolean }>;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#open = new Remembered(clock, setUpMs);
  }

  /** What is to become of the description of an INVITE that begins a call; undefined: nothing. `from`: the address of who sent it. */
  invite(request: SipRequest, from: string): Redescribed | undefined {
    if (request.body.length > 0) return undefined;
    if (!this.#open.get(request.callId)) this.#open.set(request.callId, { answered: false });
    return { sdp: placeholder(from) };
  }

  /** The same of a later request of the caller. */
  request(request: SipRequest): Redescribed | undefined {
    const call = request.method === 'PRACK' || request.method === 'ACK' ? this.#open.get(request.callId) : undefined;
    if (!call || request.sdp === undefined) return undefined;
    call.answered = true;
    return { sdp: '' };
  }

  /** The same of an answer of FreeSWITCH to the INVITE: one who has answered our offer gets no other. */
  response(response: SipResponse): Redescribed | undefined {
    const isFinal = response.status >= 200 && response.cseq.method === 'INVITE';
    return isFinal && this.#open.get(response.callId)?.answered ? { sdp: '' } : undefined;
  }
}

/** Everything that we speak, at the port where nobody listens (RFC 863). */
function placeholder(address: string): string {
  const family = address.includes(':') ? 'IP6' : 'IP4';
  const lines = [
    'v=0',
    `o=- 1 1 IN ${family} ${address}`,
    's=-',
    `c=IN ${family} ${address}`,
    't=0 0',
    'm=audio 9 RTP/AVP 0 8 101',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-15',
    'a=ptime:20',
  ];
  return `${lines.join('\r\n')}\r\n`;
}
