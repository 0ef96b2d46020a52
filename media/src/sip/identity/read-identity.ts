import type { CallerIdentity } from '../../port/caller-identity.js';
import { parseNameAddr } from '../parse/name-addr.js';
import { telephoneUser } from '../parse/telephone-user.js';
import type { SipUri } from '../parse/uri.js';

/**
 * Who the values of a P-Asserted-Identity, P-Preferred-Identity (RFC 3325 9.1, 9.2) or From name: one SIP and one tel URI at most; of more, or of values that
 * cannot be read, those are passed over. The tel URI says the number, a name may stand at either. Undefined where nothing names anybody. Never throws.
 */
export function readIdentity(values: readonly string[]): CallerIdentity | undefined {
  const read = values.flatMap(readValue);
  const tel = read.find(({ uri }) => uri.scheme === 'tel');
  const sip = read.find(({ uri }) => uri.scheme !== 'tel');
  const best = tel ?? sip;
  if (!best) return undefined;
  const displayName = tel?.displayName || sip?.displayName;
  return { user: telephoneUser(best.uri), ...(displayName ? { displayName } : {}) };
}

function readValue(value: string): { uri: SipUri; displayName: string }[] {
  try {
    const { uri, displayName } = parseNameAddr(value);
    return uri.user === '' ? [] : [{ uri, displayName }];
  } catch {
    return [];
  }
}
