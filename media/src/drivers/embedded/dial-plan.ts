import { isIP } from 'node:net';
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

/**
 * Where a dial goes: each proxy (or the target itself), each of its addresses in order (RFC 3263 4.3, host names only); or every binding of a phone.
 * Empty where there is nowhere to go. Throws `SipSyntaxError` on a URI that cannot be read.
 */
export async function planDial(
  target: DialTarget,
  ask: {
    resolve(host: string): Promise<readonly string[]>;
    bindings(endpointId: string): Promise<readonly Binding[]>;
    readonly nodeId: string;
  },
): Promise<DialPlan> {
  if (target.kind === 'endpoint') {
    const bindings = await ask.bindings(target.endpointId);
    return bindings.length === 0 ? [] : [bindings.map(branchTo)];
  }
  const plan: DialBranch[][] = [];
  parseUri(target.uri);
  for (const hop of target.proxies?.length ? target.proxies : [target.uri]) {
    for (const each of await hopTargets(hop, ask.resolve)) plan.push([{ target: each, uri: target.uri }]);
  }
  return plan;
}

/** The next hops a URI names. */
export async function hopTargets(
  uri: string,
  resolve: (host: string) => Promise<readonly string[]>,
): Promise<readonly SipTarget[]> {
  const { scheme, host, port, params } = parseUri(uri);
  const asked = params.get('transport')?.toLowerCase();
  const transport = scheme === 'sips' || asked === 'tls' ? 'tls' : asked === 'tcp' ? 'tcp' : 'udp';
  const to = { transport, port: port ?? (transport === 'tls' ? 5061 : 5060) } as const;
  const addresses = transport === 'tls' || isIP(host) ? [host] : await resolve(host);
  return addresses.map((address) => ({ ...to, address }));
}

/** A phone is reached where its registration came from, whatever its Contact says (RFC 3581, RFC 5626 in spirit). */
function branchTo({ contact, received, path }: Binding): DialBranch {
  return {
    target: { transport: received.transport, address: received.address, port: received.port },
    uri: contact,
    ...(path?.length ? { routes: path } : {}),
  };
}
