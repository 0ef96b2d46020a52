import type { Flow, SipTarget, Transport } from '../../sip/flow.js';
import { parseNameAddr } from '../../sip/parse/name-addr.js';
import { hostPortText } from '../../sip/parse/uri.js';
import type { DialBranch } from './dial-plan.js';

/** One of our proxies at the edge, as this node reaches it. */
export interface EdgeAddress {
  readonly transport: Transport;
  /** IP address without brackets. */
  readonly address: string;
  readonly port: number;
}

/** How long an edge that said nothing is tried last, milliseconds. */
const mistrustMs = 30_000;

/**
 * The proxies of ours between this node and the world: which packets are theirs, and through which of them a call leaves. Calls leave through the first that
 * is not known to be silent. Pure: the time is given.
 */
export class SipEdges {
  readonly #edges: readonly EdgeAddress[];
  readonly #addresses: ReadonlySet<string>;
  readonly #silentUntil = new Map<EdgeAddress, number>();

  constructor(edges: readonly EdgeAddress[]) {
    this.#edges = edges;
    this.#addresses = new Set(edges.map(({ address }) => address));
  }

  /** Whether one of them has this IP address. */
  has(address: string): boolean {
    return this.#addresses.has(address);
  }

  /**
   * Whether a packet came from one of them. Over UDP its port counts too, so that others on the same machine are not taken for it; a connection's port says
   * nothing.
   */
  sent({ transport, remoteAddress, remotePort }: Flow): boolean {
    if (!this.#addresses.has(remoteAddress)) return false;
    if (transport !== 'udp') return this.#edges.some((edge) => edge.address === remoteAddress);
    return this.#edges.some((edge) => edge.address === remoteAddress && edge.port === remotePort);
  }

  /** The way out for one call. */
  wayOut(now: number): WayOut {
    const mistrusted = (edge: EdgeAddress) => (this.#silentUntil.get(edge) ?? 0) > now;
    const order = [...this.#edges].sort((a, b) => Number(mistrusted(a)) - Number(mistrusted(b)));
    return new EdgeAfterEdge(order, (edge, at) => this.#silentUntil.set(edge, at + mistrustMs));
  }
}

/** How the INVITEs of one call leave: straight, or through one of our edges at a time. */
export interface WayOut {
  /** Whether there is another edge to try. */
  readonly hasOther: boolean;
  through(branch: DialBranch): DialBranch;
  /** Nothing at all came back, though an edge says 100 at once: true where the same is to be tried again, through another. */
  silent(now: number): boolean;
}

/** Straight to the next hop. */
export const noWayOut: WayOut = { hasOther: false, through: (branch) => branch, silent: () => false };

class EdgeAfterEdge implements WayOut {
  readonly #left: EdgeAddress[];
  readonly #onSilent: (edge: EdgeAddress, now: number) => void;

  constructor(edges: readonly EdgeAddress[], onSilent: (edge: EdgeAddress, now: number) => void) {
    this.#left = [...edges];
    this.#onSilent = onSilent;
  }

  get hasOther(): boolean {
    return this.#left.length > 1;
  }

  through(branch: DialBranch): DialBranch {
    const edge = this.#left[0];
    return edge ? through(edge, branch) : branch;
  }

  silent(now: number): boolean {
    const edge = this.#left[0];
    if (edge) this.#onSilent(edge, now);
    if (!this.hasOther) return false;
    this.#left.shift();
    return true;
  }
}

/**
 * The branch sent by way of the edge. Its Route names the next hop in `received`, as the Path of a registration does, so the edge goes there and the far end
 * sees no Route.
 */
function through(edge: EdgeAddress, branch: DialBranch): DialBranch {
  const { target, routes = [] } = branch;
  const hop = `sip:${hostPortText(target.address, target.port)}%3Btransport%3D${target.transport}`;
  const route = `<sip:${hostPortText(edge.address, edge.port)};transport=${edge.transport};lr;received=${hop}>`;
  return { ...branch, target: edgeTarget(edge), far: target, routes: [route, ...routes] };
}

/** The proxy of ours that a Path begins with. Throws `SipSyntaxError` where it cannot be read. */
export function edgeOfPath([first = '']: readonly string[]): SipTarget {
  const { host, port, params } = parseNameAddr(first).uri;
  const asked = params.get('transport')?.toLowerCase();
  const transport = asked === 'tcp' || asked === 'tls' ? asked : 'udp';
  return edgeTarget({ transport, address: host, port: port ?? (transport === 'tls' ? 5061 : 5060) });
}

function edgeTarget({ transport, address, port }: EdgeAddress): SipTarget {
  return { transport, address, port, namedBy: 'its-packets' };
}
