import { type Flow, type SipTarget, targetOfFlow } from '../flow.js';
import type { SipRequest, SipResponse } from '../parse/message.js';
import { parseNameAddr } from '../parse/name-addr.js';
import { parseUri, withoutHeaders } from '../parse/uri.js';
import { responseRoute } from '../transactions/response-route.js';
import { nextHop } from './next-hop.js';

/** A dialog (RFC 3261 12) as plain data: it can be written as JSON and taken up elsewhere. */
export interface Dialog {
  readonly role: 'uas' | 'uac';
  readonly callId: string;
  readonly localTag: string;
  /** '' for a peer of RFC 2543 that gives none. */
  readonly remoteTag: string;
  /** From value of our requests, with our tag. */
  readonly local: string;
  /** To value of our requests, with their tag. */
  readonly remote: string;
  readonly localCseq: number;
  readonly remoteCseq: number | undefined;
  /** Route values in the order in which requests of ours carry them. */
  readonly routeSet: readonly string[];
  /** URI of the peer's last Contact; of its From where it named none. */
  readonly remoteTarget: string;
  /** It named none (RFC 2543): what goes to it straight goes by `path`, which is the way of our answers then. */
  readonly contactless?: true;
  /** How the peer's last INVITE or answer reached us; for peers behind NAT and for connections. */
  readonly path: SipTarget;
}

/** What names a dialog within a user agent. */
export function dialogKey(callId: string, localTag: string, remoteTag: string): string {
  return `${callId} ${localTag} ${remoteTag}`;
}

/** The dialog an INVITE makes at the callee (12.1.1): route set as the Record-Routes stand. */
export function calleeDialog(request: SipRequest, localTag: string, flow: Flow): Dialog {
  const to = request.header('to') ?? '';
  const { contact } = request;
  return {
    role: 'uas',
    callId: request.callId,
    localTag,
    remoteTag: request.fromTag ?? '',
    local: `${to};tag=${localTag}`,
    remote: request.header('from') ?? '',
    localCseq: 0,
    remoteCseq: request.cseq.number,
    routeSet: request.values('record-route'),
    remoteTarget: contact?.uriText ?? request.from.uriText,
    ...(contact ? {} : { contactless: true }),
    path: contact ? targetOfFlow(flow) : wayOfAnswers(request, flow),
  };
}

/** Where the answers to a request go, which is where a caller listens that says so nowhere else. */
export function wayOfAnswers(request: SipRequest, flow: Flow): SipTarget {
  return responseRoute(request, flow).target;
}

/** The dialog an answer makes at the caller (12.1.2): route set reversed. */
export function callerDialog(
  invite: { from: string; fromTag: string; cseq: number },
  response: SipResponse,
  path: SipTarget,
): Dialog {
  return {
    role: 'uac',
    callId: response.callId,
    localTag: invite.fromTag,
    remoteTag: response.toTag ?? '',
    local: invite.from,
    remote: response.header('to') ?? '',
    localCseq: invite.cseq,
    remoteCseq: undefined,
    routeSet: response.values('record-route').reverse(),
    remoteTarget: response.contact?.uriText ?? response.to.uriText,
    path,
  };
}

/** Takes a new remote target from the Contact of a target refresh (12.2.1.2, 12.2.2); everything else stays. */
export function refreshTarget(dialog: Dialog, message: SipRequest | SipResponse, path: SipTarget): Dialog {
  const { contact } = message;
  if (!contact) return { ...dialog, path };
  const { contactless: _, ...named } = dialog;
  return { ...named, remoteTarget: contact.uriText, path };
}

/** Request-URI, Route values and next hop of a request within the dialog (12.2.1.1). */
export function routeWithin(dialog: Dialog): { uri: string; routes: readonly string[]; target: SipTarget } {
  const { remoteTarget, routeSet, path } = dialog;
  const first = routeSet[0];
  const uri = withoutHeaders(remoteTarget);
  if (first === undefined) {
    const target = parseUri(remoteTarget);
    return { uri, routes: [], target: dialog.contactless ? path : nextHop(target, path, false) };
  }
  const route = parseNameAddr(first);
  const target = nextHop(route.uri, path, true);
  if (route.uri.params.has('lr')) return { uri, routes: routeSet, target };
  // A strict router wants its own URI in the request line and the remote target last in the routes.
  return { uri: withoutHeaders(route.uriText), routes: [...routeSet.slice(1), `<${remoteTarget}>`], target };
}

/** The route headers and target of a first request through preloaded routes; the same rules. */
export function routeThrough(to: string, routes: readonly string[]): { uri: string; routes: readonly string[] } {
  const uri = withoutHeaders(to);
  const first = routes[0];
  if (first === undefined) return { uri, routes };
  const route = parseNameAddr(first);
  if (route.uri.params.has('lr')) return { uri, routes };
  return { uri: withoutHeaders(route.uriText), routes: [...routes.slice(1), `<${uri}>`] };
}
