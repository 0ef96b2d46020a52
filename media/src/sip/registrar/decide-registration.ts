import type { Binding } from '../../port/sip-directory.js';
import type { SipRequest } from '../parse/message.js';
import { parseNameAddr } from '../parse/name-addr.js';
import { sameUri } from '../parse/same-uri.js';
import { instanceOf, sameFlow } from './outbound-flow.js';

export interface RegistrationRules {
  readonly minExpiresSeconds: number;
  readonly maxExpiresSeconds: number;
  readonly maxBindings: number;
}

/** What to do about a REGISTER. */
export type RegistrationDecision =
  | { readonly kind: 'refuse'; readonly status: number; readonly headers: readonly (readonly [string, string])[] }
  | { readonly kind: 'apply'; readonly save: readonly Binding[]; readonly remove: readonly string[] | 'all' };

const defaultExpiresSeconds = 3600;
const mostContacts = 10;

/** Reads a REGISTER against the bindings there are (RFC 3261 10.3). `now` in milliseconds since the epoch. Pure; never throws. */
export function decideRegistration(
  request: SipRequest,
  from: Pick<Binding, 'received' | 'node' | 'behindEdge' | 'flow'>,
  existing: readonly Binding[],
  rules: RegistrationRules,
  now: number,
): RegistrationDecision {
  const contacts = request.values('contact');
  const expiresHeader = request.numberHeader('expires');
  if (contacts.length > mostContacts) return refuse(400);
  if (contacts.includes('*')) {
    // 10.3 step 6: alone, and with Expires: 0.
    if (contacts.length !== 1 || expiresHeader !== 0) return refuse(400);
    return outdated(existing, request, undefined) ? refuse(500) : { kind: 'apply', save: [], remove: 'all' };
  }
  const save: Binding[] = [];
  const remove: string[] = [];
  for (const text of contacts) {
    let contact: string;
    let instance: Binding['instance'];
    let asked: number;
    try {
      const parsed = parseNameAddr(text);
      if (parsed.uri.scheme === 'tel') return refuse(400);
      contact = parsed.uriText;
      instance = instanceOf(parsed);
      asked = wholeNumber(parsed.params.get('expires')) ?? expiresHeader ?? defaultExpiresSeconds;
    } catch {
      return refuse(400);
    }
    // 10.3 step 7: within one Call-ID the CSeq must grow.
    if (outdated(existing, request, contact)) return refuse(500);
    // RFC 5626 6: one flow of one device is one binding, whatever its Contact is by now.
    const known = existing
      .filter((binding) => sameUri(binding.contact, contact) || sameFlow(binding.instance, instance))
      .map((binding) => binding.contact);
    if (asked === 0) {
      remove.push(...known);
      continue;
    }
    if (asked < rules.minExpiresSeconds) return refuse(423, [['Min-Expires', String(rules.minExpiresSeconds)]]);
    const seconds = Math.min(asked, rules.maxExpiresSeconds);
    const userAgent = request.header('user-agent')?.slice(0, 256);
    const path = request.values('path');
    // The same contact may have been written another way before, or twice in this request.
    remove.push(...known.filter((each) => each !== contact));
    const twice = save.findIndex((each) => sameUri(each.contact, contact) || sameFlow(each.instance, instance));
    if (twice >= 0) save.splice(twice, 1);
    save.push({
      contact,
      ...from,
      callId: request.callId,
      cseq: request.cseq.number,
      expiresAt: now + seconds * 1000,
      ...(userAgent ? { userAgent } : {}),
      ...(instance ? { instance } : {}),
      ...(path.length > 0 ? { path } : {}),
    });
  }
  const gone = new Set(remove);
  const after = new Set(existing.filter(({ contact }) => !gone.has(contact)).map(({ contact }) => contact));
  for (const { contact } of save) after.add(contact);
  return after.size > rules.maxBindings && save.length > 0 ? refuse(403) : { kind: 'apply', save, remove };
}

function outdated(existing: readonly Binding[], request: SipRequest, contact: string | undefined): boolean {
  return existing.some(
    (binding) =>
      (contact === undefined || sameUri(binding.contact, contact)) &&
      binding.callId === request.callId &&
      request.cseq.number <= binding.cseq,
  );
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

function refuse(status: number, headers: readonly (readonly [string, string])[] = []): RegistrationDecision {
  return { kind: 'refuse', status, headers };
}
