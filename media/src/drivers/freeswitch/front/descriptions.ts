import type { Clock } from '@hookswitch/kernel/clock';
import type { SipRequest, SipResponse } from '../../../sip/parse/message.js';
import { lacksKeys } from '../../../sip/sdp/sound-encryption.js';
import { OfferlessCalls, type Redescribed } from './offerless-calls.js';
import { branchOf } from './proxied-message.js';
import { Remembered } from './remembered.js';
import { answerIn, ofFarEnd, offerOfBackend, protocolsOf } from './sound-lines.js';

/** What becomes of the descriptions (SDP) in messages that are handed on; undefined: nothing. */
export class Descriptions {
  readonly #offerless: OfferlessCalls;
  /** Protocols of far ends' offers that FreeSWITCH sees in others, by branch. */
  readonly #asked: Remembered<readonly string[]>;

  constructor(clock: Clock) {
    this.#offerless = new OfferlessCalls(clock);
    this.#asked = new Remembered(clock);
  }

  /** Of an INVITE that begins a call. `from`: the address of who sent it. */
  invite(request: SipRequest, from: string): Redescribed | undefined {
    return this.#offerless.invite(request, from) ?? this.#offered(request);
  }

  /** Of a later request of a far end. */
  request(request: SipRequest): Redescribed | undefined {
    return this.#offerless.request(request) ?? this.#offered(request);
  }

  /** Of FreeSWITCH's answer to a request of a far end. */
  answer(response: SipResponse): Redescribed | undefined {
    const redescribed = this.#offerless.response(response);
    const asked = redescribed ? undefined : this.#asked.get(response.via.branch);
    return asked ? changed(response, (sdp) => answerIn(sdp, asked)) : redescribed;
  }

  /** Of a request of FreeSWITCH. */
  offer(request: SipRequest): Redescribed | undefined {
    return changed(request, offerOfBackend);
  }

  /** Of a far end's answer to FreeSWITCH. */
  answerOfFarEnd(response: SipResponse): Redescribed | undefined {
    return changed(response, ofFarEnd);
  }

  #offered(request: SipRequest): Redescribed | undefined {
    const redescribed = changed(request, ofFarEnd);
    if (redescribed) this.#asked.set(branchOf(request), protocolsOf(request.bodyText));
    return redescribed;
  }
}

/** Whether a far end says that its sound is encrypted, and has no keys for it: FreeSWITCH would be silent, or in the clear. What cannot be read is not judged here. */
export function saysSrtpWithoutKeys({ sdp }: SipRequest): boolean {
  try {
    return sdp !== undefined && lacksKeys(sdp);
  } catch {
    return false;
  }
}

function changed(message: SipRequest | SipResponse, change: (sdp: string) => string): Redescribed | undefined {
  if (message.body.length === 0 || message.contentType !== 'application/sdp') return undefined;
  const sdp = message.bodyText;
  const now = change(sdp);
  return now === sdp ? undefined : { sdp: now };
}
