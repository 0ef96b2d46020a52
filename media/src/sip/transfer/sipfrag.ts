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
  const line =
    request.contentType === 'message/sipfrag' ? /^SIP\/2\.0\s+(\d{3})\b/i.exec(request.bodyText.trimStart()) : null;
  const state = (request.header('subscription-state') ?? '').split(';', 1)[0]!.trim().toLowerCase();
  const status = line ? Number(line[1]) : undefined;
  // A peer that forgets the state means the end with a final status all the same.
  return { status, last: state === 'terminated' || (state === '' && status !== undefined && status >= 200) };
}

/** Whether a NOTIFY is about a REFER (RFC 6665 8.2.1). */
export function isReferNotify(request: SipRequest): boolean {
  return (request.header('event') ?? '').split(';', 1)[0]!.trim().toLowerCase() === 'refer';
}
