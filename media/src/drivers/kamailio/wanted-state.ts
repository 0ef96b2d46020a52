import { createHash } from 'node:crypto';
import type { EdgeNode, EdgePlan } from '../../port/sip-edge.js';
import { asNetwork } from './kamailio-address.js';
import type { Destination, Table } from './kamailio-commands.js';

/** Tables of kamailio.cfg that hold addresses that are told. Their networks are in the table `edge`, as lists under `trunk0`, `trunk1` … */
export type ToldTable = 'trunk' | 'barred';

/** One thing to tell a Kamailio. */
export type Change =
  | { readonly kind: 'add-node'; readonly uri: string; readonly weight: number }
  | { readonly kind: 'remove-node'; readonly uri: string }
  | { readonly kind: 'set-node'; readonly uri: string; readonly state: 'active' | 'disabled' }
  | { readonly kind: 'set'; readonly table: ToldTable | 'edge'; readonly key: string; readonly value: string }
  | { readonly kind: 'delete'; readonly table: ToldTable | 'edge' | 'ban' | 'known'; readonly key: string }
  /** What it found out by itself of addresses in these networks. */
  | { readonly kind: 'delete-within'; readonly table: 'ban' | 'known'; readonly networks: readonly string[] };

/** Addresses and networks in Kamailio's own words. */
interface AddressList {
  readonly addresses: ReadonlySet<string>;
  /** By key in the table `edge`. */
  readonly networks: ReadonlyMap<string, string>;
}

/** What a Kamailio should hold, in its own words. */
export interface WantedState {
  readonly nodes: readonly (EdgeNode & { readonly uri: string })[];
  /** Where each node is whose mark is in a tag, by key in the table `edge`. */
  readonly marks: ReadonlyMap<string, string>;
  readonly lists: Readonly<Record<ToldTable, AddressList>>;
  /** Stands for all addresses and networks; it is set once they are. */
  readonly revision: string;
}

/** What one holds. The lists matter only where the revision is another. */
export interface HeldState {
  readonly destinations: readonly Destination[];
  readonly edge: Table;
  readonly lists: Readonly<Record<ToldTable, Table>>;
}

/** Before a node's mark. */
const markKey = 'node-';
/** Networks in one value: kamailio.cfg looks at them one list after another. */
const networksInAList = 50;

/** What a plan means for a Kamailio. */
export function wantedState({ nodes, sources, banned }: EdgePlan): WantedState {
  const [trunks, bans] = [sources, banned].map((list) => [...new Set(list.map(asNetwork))].sort()) as [
    string[],
    string[],
  ];
  return {
    nodes: nodes.map((node) => ({ ...node, uri: destinationUri(node) })),
    marks: new Map(nodes.map((node) => [`${markKey}${node.mark}`, nodeUri(node)])),
    lists: { trunk: addressList('trunk', trunks), barred: addressList('barred', bans) },
    revision: createHash('sha256').update(`${trunks.join()};${bans.join()}`).digest('hex').slice(0, 32),
  };
}

/** Whether the lists it holds are those wanted. What it was told is kept or lost as a whole, so one value stands for it. */
export function knowsLists(wanted: WantedState, edge: Table): boolean {
  return edge.get('revision') === wanted.revision;
}

/**
 * What to tell it, in order: new nodes before old ones go, so that there is always one; the revision last, with which a Kamailio that was started anew
 * begins to answer. Pure.
 */
export function changesTowards(wanted: WantedState, held: HeldState): readonly Change[] {
  const changes = [...nodeChanges(wanted, held.destinations), ...keyChanges(markKey, wanted.marks, held.edge)];
  if (knowsLists(wanted, held.edge)) return changes;
  return [
    ...changes,
    ...trunkChanges(wanted.lists.trunk, held),
    ...listChanges('barred', wanted.lists.barred, held),
    { kind: 'set', table: 'edge', key: 'revision', value: wanted.revision },
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

/** A trunk's address that was banned is served from now on; one that is no trunk's any more has to prove itself anew. */
function trunkChanges(wanted: AddressList, held: HeldState): Change[] {
  const changes = listChanges('trunk', wanted, held);
  const before = new Set(networksOf(withPrefix('trunk', held.edge)));
  const now = new Set(networksOf(wanted.networks));
  const found = changes.flatMap((change): Change[] => {
    if (!('table' in change) || change.table !== 'trunk' || !('key' in change)) return [];
    return [{ kind: 'delete', table: change.kind === 'set' ? 'ban' : 'known', key: change.key }];
  });
  const within = (table: 'ban' | 'known', networks: string[]): Change[] =>
    networks.length === 0 ? [] : [{ kind: 'delete-within', table, networks }];
  return [
    ...changes,
    ...found,
    ...within(
      'ban',
      [...now].filter((one) => !before.has(one)),
    ),
    ...within(
      'known',
      [...before].filter((one) => !now.has(one)),
    ),
  ];
}

function listChanges(table: ToldTable, { addresses, networks }: AddressList, { edge, lists }: HeldState): Change[] {
  const changes: Change[] = [];
  for (const key of addresses) if (!lists[table].has(key)) changes.push({ kind: 'set', table, key, value: '1' });
  for (const key of lists[table].keys()) if (!addresses.has(key)) changes.push({ kind: 'delete', table, key });
  return [...changes, ...keyChanges(table, networks, edge)];
}

/** Keys of the table `edge` that begin alike. */
function keyChanges(prefix: string, wanted: Table, edge: Table): Change[] {
  const changes: Change[] = [];
  for (const [key, value] of wanted) {
    if (edge.get(key) !== value) changes.push({ kind: 'set', table: 'edge', key, value });
  }
  for (const key of withPrefix(prefix, edge).keys()) {
    if (!wanted.has(key)) changes.push({ kind: 'delete', table: 'edge', key });
  }
  return changes;
}

function addressList(table: ToldTable, sorted: readonly string[]): AddressList {
  const networks = sorted.filter((one) => one.includes('/'));
  const lists = new Map<string, string>();
  for (let at = 0; at < networks.length; at += networksInAList) {
    lists.set(`${table}${at / networksInAList}`, networks.slice(at, at + networksInAList).join());
  }
  return { addresses: new Set(sorted.filter((one) => !one.includes('/'))), networks: lists };
}

function withPrefix(prefix: string, edge: Table): Table {
  return new Map([...edge].filter(([key]) => key.startsWith(prefix)));
}

function networksOf(lists: Table): string[] {
  return [...lists.values()].flatMap((list) => list.split(','));
}

/** Its weight is part of the URI, so that a change of it is another destination, added before the old one goes. */
function destinationUri(node: EdgeNode): string {
  return `${nodeUri(node)};w=${node.weight}`;
}

function nodeUri({ address }: EdgeNode): string {
  const [transport, ...rest] = address.split(':');
  return `sip:${rest.join(':')};transport=${transport}`;
}
