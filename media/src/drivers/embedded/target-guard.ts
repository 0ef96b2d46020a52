import type { AddressPolicy } from '../../port/address-policy.js';
import type { SipTarget } from '../../sip/flow.js';

/**
 * What forbids sending to `target` at `address` (what its name resolved to just now), in a few words; undefined where nothing does. A peer that named
 * the target itself, by Contact or Record-Route, may name its own address, and one of the same kind: a PBX on a private network has more machines there.
 */
export function targetRefusal(policy: AddressPolicy, target: SipTarget, address: string): string | undefined {
  const { namedBy = 'anybody' } = target;
  if (namedBy === 'its-packets') return undefined;
  if (typeof namedBy === 'string') return policy.refusal(address, namedBy);
  const refusal = policy.refusal(address, 'anybody');
  const own = address === namedBy.peerAt || policy.refusal(namedBy.peerAt, 'anybody') === refusal;
  return own ? undefined : refusal;
}
