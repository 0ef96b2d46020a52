import type { DialTarget } from '../../port/call-engine.js';
import type { Binding } from '../../port/sip-directory.js';
import type { SipTarget } from '../../sip/flow.js';
import { parseUri } from '../../sip/parse/uri.js';
import { inTurn } from '../../sip/registrar/outbound-flow.js';
import { findHop, type HopFinder } from './find-hop.js';
import { edgeOfPath } from './sip-edges.js';

/** One INVITE to send. */
export interface DialBranch {
  /** Next hop, an IP address (a name on TLS, whose certificate must have it). */
  readonly target: SipTarget;
  /** Request-URI. */
  readonly uri: string;
  readonly routes?: readonly string[];
  /** Where it goes from `target`, a proxy of ours. */
  readonly far?: SipTarget;
}

/** Groups of branches: those of a group are tried at once, the groups one after another while there is no answer from the one before. */
export type DialPlan = readonly (readonly DialBranch[])[];

/** Where a dial goes. `denied` says what forbids an address of the target, where that left nothing to try. */
export interface DialDecision {
  readonly groups: DialPlan;
  readonly denied?: string;
}

/**
 * Where a dial goes: each proxy (or the target itself), each of its servers in order (RFC 3263 4.3); or every device of a phone's bindings at once.
 * Empty where there is nowhere to go. Throws `SipSyntaxError` on a URI that cannot be read.
 */
export async function planDial(
  target: DialTarget,
  ask: HopFinder & { bindings(endpointId: string): Promise<readonly Binding[]> },
): Promise<DialDecision> {
  if (target.kind === 'endpoint') {
    const bindings = await ask.bindings(target.endpointId);
    return { groups: inTurn(bindings).map((group) => group.map(branchTo)) };
  }
  const groups: DialBranch[][] = [];
  let denied: string | undefined;
  parseUri(target.uri);
  if (target.inside) {
    const { targets } = await findHop(target.uri, undefined, { ...ask, refusal: () => undefined });
    return { groups: targets.map((each) => [{ target: { ...each, namedBy: 'its-packets' }, uri: target.uri }]) };
  }
  for (const uri of target.proxies?.length ? target.proxies : [target.uri]) {
    const hop = await findHop(uri, target.namedBy, ask);
    denied ??= hop.denied;
    for (const each of hop.targets) groups.push([{ target: each, uri: target.uri }]);
  }
  return groups.length > 0 || denied === undefined ? { groups } : { groups, denied };
}

/** A phone is reached where its registration came from, whatever its Contact says (RFC 3581, RFC 5626 in spirit). */
function branchTo({ contact, received, path, behindEdge, flow }: Binding): DialBranch {
  const { transport, address, port } = received;
  const connection = flow === undefined ? {} : { connectionId: flow };
  const phone = { transport, address, port, namedBy: 'its-packets', ...connection } as const;
  if (behindEdge && path?.length) return { target: edgeOfPath(path), uri: contact, routes: path, far: phone };
  return {
    target: phone,
    uri: contact,
    ...(path?.length ? { routes: path } : {}),
  };
}
