import { createHash } from 'node:crypto';
import type { EdgeNode, EdgePlan } from '../../port/sip-edge.js';
import type { Destination, Table } from './kamailio-commands.js';

/** One thing to tell a Kamailio. */
export type Change =
  | { readonly kind: 'add-node'; readonly uri: string; readonly weight: number }
  | { readonly kind: 'remove-node'; readonly uri: string }
  | { readonly kind: 'set-node'; readonly uri: string; readonly state: 'active' | 'disabled' }
  | { readonly kind: 'set'; readonly table: 'trunk' | 'edge'; readonly key: string; readonly value: string }
  | { readonly kind: 'delete'; readonly table: 'trunk' | 'edge' | 'ban'; readonly key: string }
  | { readonly kind: 'clear'; readonly table: 'known' };

/** What a Kamailio should hold, in its own words. */
export interface WantedState {
  readonly nodes: readonly (EdgeNode & { readonly uri: string })[];
  /** Single addresses of trunks. */
  readonly addresses: ReadonlySet<string>;
  /** Networks of trunks, as lists under `range0`, `range1` … */
  readonly ranges: ReadonlyMap<string, string>;
  /** Stands for all addresses and networks; it is set once they are. */
  readonly revision: string;
}

/** What one holds. `trunk` and the ranges matter only where the revision is another. */
export interface HeldState {
  readonly destinations: readonly Destination[];
  readonly edge: Table;
  readonly trunk: Table;
}

/** Networks in one value: kamailio.cfg looks at them one list after another. */
const networksInAList = 50;

/** What a plan means for a Kamailio. */
export function wantedState({ nodes, sources }: EdgePlan): WantedState {
  const sorted = [...new Set(sources)].sort();
  const networks = sorted.filter((source) => source.includes('/'));
  const ranges = new Map<string, string>();
  for (let at = 0; at < networks.length; at += networksInAList) {
    ranges.set(`range${at / networksInAList}`, networks.slice(at, at + networksInAList).join());
  }
  return {
    nodes: nodes.map((node) => ({ ...node, uri: destinationUri(node) })),
    addresses: new Set(sorted.filter((source) => !source.includes('/'))),
    ranges,
    revision: createHash('sha256').update(sorted.join()).digest('hex').slice(0, 32),
  };
}

/** Whether the trunks it holds are those wanted. What it was told is kept or lost as a whole, so one value stands for it. */
export function knowsTrunks(wanted: WantedState, edge: Table): boolean {
  return edge.get('revision') === wanted.revision;
}

/**
 * What to tell it, in order: new nodes before old ones go, so that there is always one; the revision last, with which a Kamailio that was started anew
 * begins to answer. Pure.
 */
export function changesTowards(wanted: WantedState, held: HeldState): readonly Change[] {
  return [
    ...nodeChanges(wanted, held.destinations),
    ...(knowsTrunks(wanted, held.edge) ? [] : trunkChanges(wanted, held)),
  ];
}

function nodeChanges({ nodes }: WantedState, destinations: readonly Destination[]): Change[] {
  const held = new Map(destinations.map((one) => [one.uri, one.state]));
  const uris = new Set(nodes.map(({ uri }) => uri));
  const changes: Change[] = [];
  for (const { uri, state, weight } of nodes) {
    const is = held.get(uri);
    if (is === undefined) changes.push({ kind: 'add-node', uri, weight });
    if (state === 'draining' && is !== 'disabled') changes.push({ kind: 'set-node', uri, state: 'disabled' });
    if (state === 'active' && is === 'disabled') changes.push({ kind: 'set-node', uri, state: 'active' });
  }
  for (const uri of held.keys()) if (!uris.has(uri)) changes.push({ kind: 'remove-node', uri });
  return changes;
}

function trunkChanges({ addresses, ranges, revision }: WantedState, { edge, trunk }: HeldState): Change[] {
  const changes: Change[] = [];
  for (const key of addresses) {
    if (trunk.has(key)) continue;
    changes.push({ kind: 'set', table: 'trunk', key, value: '1' }, { kind: 'delete', table: 'ban', key });
  }
  for (const key of trunk.keys()) if (!addresses.has(key)) changes.push({ kind: 'delete', table: 'trunk', key });
  for (const [key, value] of ranges) {
    if (edge.get(key) !== value) changes.push({ kind: 'set', table: 'edge', key, value });
  }
  for (const key of edge.keys()) {
    if (key.startsWith('range') && !ranges.has(key)) changes.push({ kind: 'delete', table: 'edge', key });
  }
  // An address that was a trunk's a moment ago has to prove itself anew.
  changes.push({ kind: 'clear', table: 'known' }, { kind: 'set', table: 'edge', key: 'revision', value: revision });
  return changes;
}

/** Its weight is part of the URI, so that a change of it is another destination, added before the old one goes. */
function destinationUri({ address, weight }: EdgeNode): string {
  const [transport, ...rest] = address.split(':');
  return `sip:${rest.join(':')};transport=${transport};w=${weight}`;
}
