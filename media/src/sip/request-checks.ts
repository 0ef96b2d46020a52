import { calleeDialog, routeWithin } from './dialogs/dialog.js';
import { answerTimer } from './dialogs/session-timer.js';
import type { Flow } from './flow.js';
import { headerParams } from './parse/header-values.js';
import type { SipRequest } from './parse/message.js';
import type { HeaderList } from './sip-command.js';
import { SipSyntaxError } from './sip-errors.js';
import type { SessionTimerSettings } from './sip-settings.js';
import { allow, supported } from './stack.js';

/** A refusal: status and the headers that go with it. */
export interface Refusal {
  readonly status: number;
  readonly phrase?: string;
  readonly headers?: HeaderList;
}

const methods = new Set(allow.split(', '));
const extensions = new Set(supported.split(', '));

/** What every request must pass before anybody looks at it (RFC 3261 8.2.1, 8.2.2, 8.2.3); undefined where it may go on. */
export function checkRequest(request: SipRequest, flow: Flow, sessionTimer: SessionTimerSettings): Refusal | undefined {
  const { method } = request;
  if (!methods.has(method)) return { status: 405, headers: [['Allow', allow]] };
  const dialog = request.toTag !== undefined;
  if (!dialog) {
    const uri = readUri(request);
    if (typeof uri === 'number') return { status: uri };
    // A B2BUA sends the call on, so it stops where a proxy would (16.3).
    if (method === 'INVITE' && request.numberHeader('max-forwards') === 0) return { status: 483 };
  }
  const unknown = request.values('require').filter((tag) => !extensions.has(tag.toLowerCase()));
  if (unknown.length > 0 && method !== 'CANCEL' && method !== 'ACK') {
    return { status: 420, headers: [['Unsupported', unknown.join(', ')]] };
  }
  if (request.body.length > 0) {
    const encoding = request.header('content-encoding');
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
      return { status: 415, headers: [['Accept-Encoding', 'identity']] };
    }
    const disposition = request.header('content-disposition') ?? '';
    const optional = /handling\s*=\s*optional/i.test(disposition);
    if (describing.has(method) && !optional && !isDescription(request)) {
      return { status: 415, headers: [['Accept', 'application/sdp']] };
    }
  }
  if (method !== 'INVITE') return undefined;
  if (!acceptsSdp(request)) return { status: 406, headers: [['Accept', 'application/sdp']] };
  const timer = answerTimer(sessionTimer, request);
  if (timer.tooSmall && !dialog) return { status: 422, headers: [['Min-SE', String(timer.minSe)]] };
  return checkContact(request, flow);
}

/** Requests whose body is a description or nothing. */
const describing = new Set(['INVITE', 'UPDATE', 'PRACK']);

/** Whether the body is SDP, or has one SDP part and none that must not be left aside (RFC 5621 8.2). */
function isDescription(request: SipRequest): boolean {
  if (request.contentType === 'application/sdp') return true;
  const others = request.bodyParts.filter(({ contentType }) => contentType !== 'application/sdp');
  return request.sdp !== undefined && !others.some(({ required }) => required);
}

/** Whether our answer may be SDP (RFC 3261 8.2.3, 20.1): an INVITE without Accept takes it. */
function acceptsSdp(request: SipRequest): boolean {
  if (request.header('accept') === undefined) return true;
  return request.values('accept').some((range) => {
    const { value, params } = headerParams(range);
    return (
      ['application/sdp', 'application/*', '*/*'].includes(value.toLowerCase()) && Number(params.get('q') ?? 1) !== 0
    );
  });
}

function readUri(request: SipRequest): SipRequest['parsedUri'] | number {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(request.uri)?.[1]?.toLowerCase();
  if (scheme === undefined) return 400;
  // No half-support of sips: we promise nothing about the other hops.
  if (scheme !== 'sip' && scheme !== 'tel') return 416;
  try {
    return request.parsedUri;
  } catch (error) {
    if (error instanceof SipSyntaxError) return 400;
    throw error;
  }
}

/** An INVITE must name a Contact (those of RFC 2543 need not) and routes that we can use later (8.1.1.8, 12.1.1). */
function checkContact(request: SipRequest, flow: Flow): Refusal | undefined {
  try {
    const mayLackIt = request.header('contact') === undefined && isOfRfc2543(request);
    if (request.contact === undefined && !mayLackIt) return { status: 400, phrase: 'Missing Contact' };
    routeWithin(calleeDialog(request, '', flow));
    return undefined;
  } catch (error) {
    if (error instanceof SipSyntaxError) return { status: 400, phrase: 'Bad Contact or Record-Route' };
    throw error;
  }
}

/** Whether its caller goes by RFC 2543: the first Via is the caller's, and RFC 3261 wants a branch there that begins with the cookie (8.1.1.7). */
function isOfRfc2543(request: SipRequest): boolean {
  return request.vias.at(-1)?.branch.startsWith('z9hG4bK') === false;
}
