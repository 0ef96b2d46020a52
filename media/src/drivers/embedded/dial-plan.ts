import { isIP } from 'node:net';
import type { TargetNamer } from '../../port/address-policy.js';
import type { DialTarget } from '../../port/call-engine.js';
import type { Binding } from '../../port/sip-directory.js';
import type { SipTarget } from '../../sip/flow.js';
import { parseUri } from '../../sip/parse/uri.js';

/** One INVITE to send. */
export interface DialBranch {
  /** Next hop, an IP address (a name on TLS, whose certificate must have it). */
  readonly target: SipTarget;
  /** Request-URI. */
  readonly uri: string;
  readonly routes?: readonly string[];
}

/** Groups of branches: those of a group are tried at once, the groups one after another while there is no answer from the one before. */
export type DialPlan = readonly (readonly DialBranch[])[];

/** Where a dial goes. `denied` says what forbids an address of the target, where that left nothing to try. */
export interface DialDecision {
  readonly groups: DialPlan;
  readonly denied?: string;
}

/** Asks after the addresses of a host name, and what forbids sending to one. */
export interface HopFinder {
  resolve(host: string): Promise<readonly string[]>;
  refusal(target: SipTarget, address: string): string | undefined;
}

/**
 * Where a dial goes: each proxy (or the target itself), each of its addresses in order (RFC 3263 4.3, host names only); or every binding of a phone.
 * Empty where there is nowhere to go. Throws `SipSyntaxError` on a URI that cannot be read.
 */
export async function planDial(
  target: DialTarget,
  ask: HopFinder & { bindings(endpointId: string): Promise<readonly Binding[]> },
): Promise<DialDecision> {
  if (target.kind === 'endpoint') {
    const bindings = await ask.bindings(target.endpointId);
    return { groups: bindings.length === 0 ? [] : [bindings.map(branchTo)] };
  }
  const groups: DialBranch[][] = [];
  let denied: string | undefined;
  parseUri(target.uri);
  for (const uri of target.proxies?.length ? target.proxies : [target.uri]) {
    const hop = await findHop(uri, target.namedBy, ask);
    denied ??= hop.denied;
    for (const each of hop.targets) groups.push([{ target: each, uri: target.uri }]);
  }
  return groups.length > 0 || denied === undefined ? { groups } : { groups, denied };
}

/** The next hops a URI names: none where one of its addresses is forbidden. A name stays one on TLS, whose certificate must have it. */
export async function findHop(
  uri: string,
  namedBy: TargetNamer | undefined,
  { resolve, refusal }: HopFinder,
): Promise<{ readonly targets: readonly SipTarget[]; readonly denied?: string }> {
  const { scheme, host, port, params } = parseUri(uri);
  const asked = params.get('transport')?.toLowerCase();
  const transport = scheme === 'sips' || asked === 'tls' ? 'tls' : asked === 'tcp' ? 'tcp' : 'udp';
  const to = { transport, port: port ?? (transport === 'tls' ? 5061 : 5060), namedBy: namedBy ?? 'anybody' } as const;
  const addresses = isIP(host) ? [host] : await resolve(host);
  for (const address of addresses) {
    const what = refusal({ ...to, address }, address);
    if (what !== undefined) return { targets: [], denied: address === host ? what : `${host} is at ${what}` };
  }
  const names = transport === 'tls' ? [host] : addresses;
  return { targets: names.map((address) => ({ ...to, address })) };
}

/** A phone is reached where its registration came from, whatever its Contact says (RFC 3581, RFC 5626 in spirit). */
function branchTo({ contact, received, path }: Binding): DialBranch {
  return {
    target: { transport: received.transport, address: received.address, port: received.port, namedBy: 'its-packets' },
    uri: contact,
    ...(path?.length ? { routes: path } : {}),
  };
}
