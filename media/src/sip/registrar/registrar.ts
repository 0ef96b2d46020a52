import type { SipRequest } from '../parse/message.js';
import { parseNameAddr } from '../parse/name-addr.js';
import { reasonPhrases } from '../parse/reason-phrases.js';
import type { SipUri } from '../parse/uri.js';
import type { HeaderList } from '../sip-command.js';
import { SipSyntaxError } from '../sip-errors.js';
import type { ContactBinding } from './contact-binding.js';

export interface RegistrarLimits {
  readonly minExpiresSeconds: number;
  readonly maxExpiresSeconds: number;
  readonly maxBindings: number;
  /** Where neither the contact nor the request says how long. */
  readonly defaultExpiresSeconds: number;
}

/** Where a REGISTER came from and which of our nodes took it. */
export interface RegistrationOrigin {
  readonly source: ContactBinding['received'];
  readonly node: string;
}

/** What to change and what to answer. All changes of one REGISTER belong together. */
export interface RegistrarDecision {
  readonly status: number;
  readonly headers: HeaderList;
  readonly changes: readonly BindingChange[];
  /** The bindings afterwards. */
  readonly bindings: readonly ContactBinding[];
}

export type BindingChange =
  | { readonly kind: 'save'; readonly binding: ContactBinding }
  /** A contact as it stands in the binding, or all. */
  | { readonly kind: 'remove'; readonly contact: string };

/**
 * Decides a REGISTER that was authenticated and authorised (RFC 3261 10.3, from step 6): what changes, and the answer with every binding and
 * its time. Pure. `now` in milliseconds since the epoch.
 */
export function decideRegister(
  request: SipRequest,
  current: readonly ContactBinding[],
  limits: RegistrarLimits,
  origin: RegistrationOrigin,
  now: number,
): RegistrarDecision {
  const alive = current.filter((binding) => binding.expiresAt > now);
  const values = request.values('contact');
  const changes: BindingChange[] = [];
  let bindings = [...alive];

  if (values.includes('*')) {
    // 10.2.2: only alone, and only with Expires 0.
    if (values.length > 1 || request.numberHeader('expires') !== 0) return refuse(400, alive);
    for (const binding of alive) {
      if (isStale(request, binding)) return refuse(500, alive);
      changes.push({ kind: 'remove', contact: binding.contact });
    }
    return accept([], changes, now);
  }

  const path = request.values('path');
  const userAgent = request.header('user-agent')?.slice(0, 200);
  for (const value of values) {
    const contact = readContact(value, request, limits);
    if (typeof contact === 'number') {
      return refuse(contact, alive, contact === 423 ? [['Min-Expires', String(limits.minExpiresSeconds)]] : []);
    }
    const same = bindings.find((binding) => sameContact(binding, contact.uri));
    // 10.3 step 7: an older request of the same Call-ID changes nothing at all.
    if (same && isStale(request, same)) return refuse(500, alive);
    bindings = bindings.filter((binding) => binding !== same);
    if (contact.expiresSeconds === 0) {
      if (same) changes.push({ kind: 'remove', contact: same.contact });
      continue;
    }
    if (same && same.contact !== contact.text) changes.push({ kind: 'remove', contact: same.contact });
    const binding: ContactBinding = {
      contact: contact.text,
      received: origin.source,
      node: origin.node,
      callId: request.callId,
      cseq: request.cseq.number,
      expiresAt: now + contact.expiresSeconds * 1000,
      ...(userAgent === undefined ? {} : { userAgent }),
      ...(path.length === 0 ? {} : { path }),
    };
    bindings.push(binding);
    changes.push({ kind: 'save', binding });
  }
  if (bindings.length > limits.maxBindings && bindings.length > alive.length)
    return refuse(403, alive, [], 'Too Many Bindings');
  return accept(bindings, changes, now, path);
}

interface RequestedContact {
  readonly text: string;
  readonly uri: SipUri;
  readonly expiresSeconds: number;
}

/** A contact with its time, or the status that refuses it. */
function readContact(value: string, request: SipRequest, limits: RegistrarLimits): RequestedContact | number {
  try {
    const contact = parseNameAddr(value);
    const { uri } = contact;
    if (uri.scheme !== 'sip') return 400;
    const given = contact.params.get('expires');
    // A time that is no number counts as the default (10.2.1.1).
    const asked =
      (given !== undefined && /^\d{1,10}$/.test(given) ? Number(given) : undefined) ??
      request.numberHeader('expires') ??
      limits.defaultExpiresSeconds;
    // 10.3 step 7: too brief is refused only below an hour; too long is cut.
    if (asked > 0 && asked < limits.minExpiresSeconds) return 423;
    return { text: contact.uriText, uri, expiresSeconds: Math.min(asked, limits.maxExpiresSeconds) };
  } catch (error) {
    if (error instanceof SipSyntaxError) return 400;
    throw error;
  }
}

function isStale(request: SipRequest, binding: ContactBinding): boolean {
  return binding.callId === request.callId && request.cseq.number <= binding.cseq;
}

/** URI comparison of 19.1.4, as far as contacts need it. */
function sameContact(binding: ContactBinding, uri: SipUri): boolean {
  const other = parseNameAddr(`<${binding.contact}>`).uri;
  const transport = (one: SipUri) => one.params.get('transport')?.toLowerCase() ?? '';
  return (
    other.scheme === uri.scheme &&
    other.user === uri.user &&
    other.host === uri.host &&
    other.port === uri.port &&
    transport(other) === transport(uri)
  );
}

function accept(
  bindings: readonly ContactBinding[],
  changes: readonly BindingChange[],
  now: number,
  path: readonly string[] = [],
): RegistrarDecision {
  const headers: [string, string][] = bindings.map((binding) => [
    'Contact',
    `<${binding.contact}>;expires=${Math.max(0, Math.round((binding.expiresAt - now) / 1000))}`,
  ]);
  // RFC 3327 5.3: the client learns the path that was kept.
  for (const value of path) headers.push(['Path', value]);
  headers.push(['Date', new Date(now).toUTCString()]);
  return { status: 200, headers, changes, bindings };
}

function refuse(
  status: number,
  bindings: readonly ContactBinding[],
  headers: HeaderList = [],
  why = reasonPhrases[status],
): RegistrarDecision {
  const warning: HeaderList = status === 403 ? [['Warning', `399 hookswitch "${why}"`]] : [];
  return { status, headers: [...headers, ...warning], changes: [], bindings };
}
