import { type Address, addressIn } from './sip-address.js';
import { cseqOf, headerOf, headersOf, recordRoutes, type SipText, tagIn, uriIn } from './sip-text.js';

export type HeaderList = readonly (readonly [name: string, value: string])[];

/** What a call's requests have in common (RFC 3261 12): identities, route, remote target, numbers. */
export class ToneDialog {
  readonly callId: string;
  readonly localTag: string;
  readonly #localUri: string;
  #remoteUri: string;
  #remoteTarget: string;
  #routes: readonly string[] = [];
  #cseq = 1;

  constructor(place: { callId: string; localTag: string; localUri: string; remoteUri: string; target: string }) {
    this.callId = place.callId;
    this.localTag = place.localTag;
    this.#localUri = place.localUri;
    this.#remoteUri = place.remoteUri;
    this.#remoteTarget = place.target;
  }

  get remoteTag(): string {
    return tagIn(this.#remoteUri);
  }

  /** Takes what an INVITE that came in says: the caller's target and route. */
  learnFromRequest(request: SipText): void {
    this.#learnTarget(request);
    if (tagIn(headerOf(request, 'To')) === '') this.#routes = recordRoutes(request);
  }

  /** Takes what a response to our INVITE says. Of several branches of a forked call, the last to speak counts. */
  learnFromResponse(response: SipText): void {
    this.#remoteUri = headerOf(response, 'To');
    this.#learnTarget(response);
    this.#routes = recordRoutes(response).reverse();
  }

  /** A request inside the call; with `cseq`, under the number of an earlier one (ACK). */
  request(via: string, method: string, body: string, headers: HeaderList, cseq?: number): SipText {
    return {
      method,
      uri: this.#remoteTarget,
      headers: [
        ['Via', via],
        ...this.#routes.map((route) => ['Route', route] as const),
        ['Max-Forwards', '70'],
        ['From', tagIn(this.#localUri) === '' ? `${this.#localUri};tag=${this.localTag}` : this.#localUri],
        ['To', this.#remoteUri],
        ['Call-ID', this.callId],
        ['CSeq', `${cseq ?? this.#cseq++} ${method}`],
        ...headers,
      ],
      body,
    };
  }

  /** Where requests inside the call are sent. */
  nextHop(): Address {
    return addressIn(this.#routes[0] ?? this.#remoteTarget);
  }

  #learnTarget(message: SipText): void {
    const contact = headerOf(message, 'Contact');
    if (contact !== '') this.#remoteTarget = uriIn(contact);
  }
}

/** The ACK of a refused INVITE: in the INVITE's own transaction (RFC 3261 17.1.1.3). */
export function refusalAck(invite: SipText, response: SipText): SipText {
  const to = headersOf(response, 'To').map((value) => ['To', value] as const);
  return {
    method: 'ACK',
    uri: invite.uri ?? '',
    headers: [
      ...copied(invite, ['Via', 'Max-Forwards', 'From', 'Call-ID', 'Route']),
      ...to,
      ['CSeq', `${cseqOf(invite).number} ACK`],
    ],
    body: '',
  };
}

/** The CANCEL of an INVITE (RFC 3261 9.1). */
export function cancelOf(invite: SipText): SipText {
  return {
    method: 'CANCEL',
    uri: invite.uri ?? '',
    headers: [
      ...copied(invite, ['Via', 'Max-Forwards', 'From', 'To', 'Call-ID', 'Route']),
      ['CSeq', `${cseqOf(invite).number} CANCEL`],
    ],
    body: '',
  };
}

function copied(message: SipText, names: readonly string[]): HeaderList {
  return message.headers.filter(([name]) => names.includes(name));
}
