import type { SipRequest } from '../parse/message.js';
import { reasonPhrases } from '../parse/reason-phrases.js';
import { SipBuildError } from '../sip-errors.js';

/** The body of a NOTIFY about a REFER (RFC 3515 2.4.5, RFC 3420): the status line of the new call. */
export function sipfrag(status: number): string {
  if (status < 100 || status > 699) throw new SipBuildError('A status must be from 100 to 699.');
  return `SIP/2.0 ${status} ${reasonPhrases[status] ?? 'Unknown'}\r\n`;
}

/** What a NOTIFY about our REFER tells: the new call's status, and whether it is the last word. */
export function readReferNotify(request: SipRequest): { readonly status: number | undefined; readonly last: boolean } {
  const status = request.contentType === 'message/sipfrag' ? statusOfSipfrag(request.bodyText) : undefined;
  const state = (request.header('subscription-state') ?? '').split(';', 1)[0]!.trim().toLowerCase();
  return { status, last: isLastNotify(state, status) };
}

/** The status that such a body says. */
export function statusOfSipfrag(body: string): number | undefined {
  const line = /^SIP\/2\.0\s+(\d{3})\b/i.exec(body.trimStart());
  return line ? Number(line[1]) : undefined;
}

/** Whether nothing more is told. `state`: of the subscription; a peer that forgets it means the end with a final status all the same. */
export function isLastNotify(state: string, status: number | undefined): boolean {
  return state === 'terminated' || (state === '' && status !== undefined && status >= 200);
}

/** Whether a NOTIFY is about a REFER (RFC 6665 8.2.1). */
export function isReferNotify(request: SipRequest): boolean {
  return (request.header('event') ?? '').split(';', 1)[0]!.trim().toLowerCase() === 'refer';
}
