import { type Diversion, type DiversionReason, diversionReasons } from '../../port/diversion.js';
import type { SipRequest } from '../parse/message.js';
import { type NameAddr, parseNameAddr } from '../parse/name-addr.js';
import { telephoneUser } from '../parse/telephone-user.js';
import { unescapeUri } from '../parse/uri.js';

/** More are cut off. */
const mostRead = 20;

/**
 * Who sent the call on, the last one first: from Diversion (RFC 5806), which says it outright, else from History-Info (RFC 7044). Values that cannot be
 * read are passed over, those that ask for privacy left out. Never throws.
 */
export function readDiversions(request: Pick<SipRequest, 'values'>): readonly Diversion[] {
  const told = request.values('diversion').slice(0, mostRead).flatMap(readable);
  const found = told.length > 0 ? told.flatMap(diversionOf) : fromHistory(request.values('history-info'));
  return found.filter(({ user }) => user !== '');
}

function diversionOf(value: NameAddr): Diversion[] {
  const { params } = value;
  if (['full', 'uri'].includes(params.get('privacy')?.toLowerCase() ?? 'off')) return [];
  const reason = diversionReasons.find((word) => word === params.get('reason')?.toLowerCase()) ?? 'unknown';
  const counter = params.get('counter') ?? '';
  return [{ user: userOf(value), reason, times: /^[1-9]\d{0,2}$/.test(counter) ? Number(counter) : 1 }];
}

/**
 * An entry with a cause (RFC 4458) was reached because the one it names by `mp`, else the one before it, sent the call on (RFC 7044 9.2, RFC 7544 6.2).
 */
function fromHistory(values: readonly string[]): readonly Diversion[] {
  const entries = values.slice(0, mostRead + 1).flatMap(readable);
  const found: Diversion[] = [];
  for (const [at, entry] of entries.entries()) {
    const cause = causeOf(entry);
    if (cause === undefined || at === 0) continue;
    const mappedFrom = entry.params.get('mp');
    const from =
      entries.find(({ params }) => params.has('index') && params.get('index') === mappedFrom) ?? entries[at - 1];
    if (from && !asksPrivacy(from)) {
      found.unshift({ user: userOf(from), reason: reasonsByCause.get(cause) ?? 'unknown', times: 1 });
    }
  }
  return found;
}

/** RFC 7544 6.2.2, table 2. */
const reasonsByCause: ReadonlyMap<number, DiversionReason> = new Map([
  [302, 'unconditional'],
  [408, 'no-answer'],
  [480, 'deflection'],
  [486, 'user-busy'],
  [487, 'deflection'],
  [503, 'unavailable'],
]);

/** The URI's `cause` parameter. */
function causeOf({ uri }: NameAddr): number | undefined {
  const cause = uri.params.get('cause') ?? '';
  return /^[3-6]\d\d$/.test(cause) ? Number(cause) : undefined;
}

/** Privacy stands in the URI's headers (RFC 7044 5.1): `<sip:…?Privacy=history>`. */
function asksPrivacy({ uri }: NameAddr): boolean {
  return uri.headers.split('&').some((header) => /^privacy=(?!none)/i.test(unescapeUri(header)));
}

function userOf({ uri }: NameAddr): string {
  return telephoneUser(uri);
}

function readable(value: string): NameAddr[] {
  try {
    const read = parseNameAddr(value);
    // The URI is read when it is asked for; better now.
    void read.uri;
    return [read];
  } catch {
    return [];
  }
}
