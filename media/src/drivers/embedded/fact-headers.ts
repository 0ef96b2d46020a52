import type { Headers } from '../../port/live-call.js';
import type { SipRequest } from '../../sip/parse/message.js';

const facts = /^(x-.*|user-to-user|diversion|history-info|p-asserted-identity|privacy|call-info|identity)$/;
/** What says who calls: nothing where nobody is believed or the caller hides. `identity` (RFC 8224) proves itself, but names the number. */
const ofCaller = /^(p-asserted-identity|identity)$/;
const ofHistory = /^(diversion|history-info)$/;

/** Headers of an INVITE that a script may want to see. At most 64, values cut at 1,024 characters. */
export function factHeaders(
  request: SipRequest,
  { trusted, hidesIdentity, hidesHistory }: { trusted: boolean; hidesIdentity: boolean; hidesHistory: boolean },
): Headers {
  const found: Record<string, string> = {};
  let count = 0;
  for (let at = 0; at < request.rawHeaders.length && count < 64; at += 2) {
    const name = request.rawHeaders[at]!;
    if (!facts.test(name) || name in found) continue;
    if (hidesIdentity && ofCaller.test(name)) continue;
    if (hidesHistory && ofHistory.test(name)) continue;
    if (!trusted && name === 'p-asserted-identity') continue;
    found[name] = request.rawHeaders[at + 1]!.slice(0, 1024);
    count += 1;
  }
  return found;
}
