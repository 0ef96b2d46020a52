import type { Flow } from '../flow.js';
import type { SipRequest } from '../parse/message.js';
import { parseMessage } from '../parse/parse-message.js';
import type { InviteOptions } from '../sip-command.js';
import type { SipLimits } from '../sip-settings.js';

/** An INVITE without a final answer, as plain data: what a later process needs to end it properly. It is no way to go on with the call. */
export type UnansweredInvite = TheirInvite | OurInvite;

/** One that we got: its caller waits for an answer. */
export interface TheirInvite {
  readonly kind: 'theirs';
  readonly uri: string;
  readonly vias: readonly string[];
  readonly from: string;
  /** With our tag. */
  readonly to: string;
  readonly callId: string;
  readonly cseq: string;
  readonly flow: Flow;
}

/** One that we sent: the phone rings. Whoever sends it again so is taken for us (RFC 3261 17.2.3). */
export interface OurInvite extends FormerInvite {
  readonly kind: 'ours';
  readonly options: Pick<
    InviteOptions,
    'target' | 'uri' | 'from' | 'fromDisplayName' | 'to' | 'routes' | 'contactUser'
  >;
}

/** What names an INVITE of a former process. */
export interface FormerInvite {
  readonly callId: string;
  readonly fromTag: string;
  readonly cseq: number;
  readonly branch: string;
}

/** @param to its To with our tag */
export function theirInvite(request: SipRequest, to: string, flow: Flow): TheirInvite {
  return {
    kind: 'theirs',
    uri: request.uri,
    vias: request.lines('via'),
    from: request.header('from') ?? '',
    to,
    callId: request.callId,
    cseq: request.header('cseq') ?? '',
    flow,
  };
}

/** As much of the request as its answer needs. Throws `SipSyntaxError` where it is none. */
export function requestOf(
  { uri, vias, from, to, callId, cseq }: TheirInvite,
  limits: SipLimits,
): SipRequest | undefined {
  const lines = [
    `INVITE ${uri} SIP/2.0`,
    ...vias.map((via) => `Via: ${via}`),
    `From: ${from}`,
    `To: ${to}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq}`,
    'Content-Length: 0',
  ];
  const { message, fault } = parseMessage(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), limits);
  return message.kind === 'request' && fault === undefined ? message : undefined;
}
