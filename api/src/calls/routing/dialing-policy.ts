import { isE164, stripSeparators } from '@hookswitch/kernel/phone-number';
import { isDestinationAllowed } from '../../accounts/index.js';
import type { CallLimitName } from '../call-errors.js';

/** Whom an outbound call is for. */
export type Destination =
  | { readonly kind: 'number'; readonly number: string }
  | { readonly kind: 'sip'; readonly uri: string; readonly user: string; readonly host: string }
  | { readonly kind: 'endpoint'; readonly endpoint: string };

const sipUri =
  /^sips?:(?:([^@\s<>"?]{1,100})@)?(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9.-]{1,253})(?::\d{1,5})?(?:;[^\s<>"?]{0,100})?$/;

/** Reads what a caller gave as destination: an E.164 number, a SIP URI, or an endpoint's id. Undefined where it is none. */
export function parseDestination(text: string): Destination | undefined {
  const trimmed = text.trim();
  if (/^SE[0-9a-f]{32}$/.test(trimmed)) return { kind: 'endpoint', endpoint: trimmed };
  if (/^sips?:/i.test(trimmed)) {
    const match = trimmed.length <= 255 ? sipUri.exec(trimmed) : null;
    if (!match) return undefined;
    return { kind: 'sip', uri: trimmed, user: match[1] ?? '', host: match[2]!.toLowerCase() };
  }
  const number = stripSeparators(trimmed);
  return isE164(number) ? { kind: 'number', number } : undefined;
}

/** What an account may call. */
export interface DialingRules {
  /** `+`, `+44`, `!+44870`: the longest prefix that fits decides; nothing fits: denied. */
  readonly allowedDestinations: readonly string[];
  /** Hosts that SIP URIs may name; `*` allows every one. */
  readonly allowedSipHosts: readonly string[];
}

/** Whether the account may call that destination. An account's own phones are always allowed; all else only where the rules say so. */
export function mayDial(destination: Destination, rules: DialingRules): boolean {
  if (destination.kind === 'endpoint') return true;
  if (destination.kind === 'number') return isDestinationAllowed(rules.allowedDestinations, destination.number);
  const number = numberIn(destination.user);
  // A number in a SIP URI is a number: a gateway behind the host would dial it.
  if (number !== undefined && !isDestinationAllowed(rules.allowedDestinations, number)) return false;
  return rules.allowedSipHosts.some((host) => host === '*' || host.toLowerCase() === destination.host);
}

/**
 * The number that a gateway would read in a SIP URI's user: escapes undone, password and parameters left away (RFC 3261 19.1.1), `00` or nothing as plus
 * sign. A national number (0…), of whatever country, is `+`: only who may call everywhere may dial it. Undefined for names and extensions (under eight digits).
 */
function numberIn(user: string): string | undefined {
  let plain = user;
  try {
    plain = decodeURIComponent(user);
  } catch {
    // Not an escape; it stands for itself.
  }
  const [, plus, digits = ''] = /^(\+|00)?(\d+)$/.exec(stripSeparators(plain.split(/[;:]/, 1)[0]!)) ?? [];
  if (digits.length < (plus === undefined ? 8 : 4)) return undefined;
  // A gateway dials the digits it needs and leaves the rest.
  return digits.startsWith('0') ? '+' : `+${digits.slice(0, 15)}`;
}

/** Where an account, a trunk or a node stands just now. */
export interface CallLoad {
  readonly concurrentCalls: number;
  /** Whether the calls-per-second allowance has one left. */
  readonly startAllowed: boolean;
}

/** What decides whether one more call may start. Absent parts are not limited. */
export interface AdmissionQuestion {
  readonly direction: 'inbound' | 'outbound';
  readonly node: CallLoad & { readonly maxCalls: number };
  readonly account: CallLoad & {
    readonly maxConcurrentCalls: number;
    readonly minutesToday: number;
    readonly maxMinutesPerDay: number;
  };
  readonly trunk?: CallLoad & { readonly maxConcurrentCalls: number };
}

/** The first cap that one more call would break, or undefined. */
export function brokenLimit(question: AdmissionQuestion): CallLimitName | undefined {
  const { node, account, trunk, direction } = question;
  if (node.concurrentCalls >= node.maxCalls || !node.startAllowed) return 'node-calls-limit';
  if (account.concurrentCalls >= account.maxConcurrentCalls) return 'concurrent-calls-limit';
  if (direction === 'outbound' && account.minutesToday >= account.maxMinutesPerDay) return 'minutes-per-day-limit';
  if (trunk && trunk.concurrentCalls >= trunk.maxConcurrentCalls) return 'trunk-concurrent-calls-limit';
  if (!account.startAllowed) return 'calls-per-second-limit';
  if (trunk && !trunk.startAllowed) return 'trunk-calls-per-second-limit';
  return undefined;
}
