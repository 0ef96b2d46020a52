import { describe, expect, it } from 'vitest';
import type { EdgeNode } from '../../port/sip-edge.js';
import { changesTowards, type HeldState, knowsLists, wantedState } from './wanted-state.js';

const node = (port: number, more: Partial<EdgeNode> = {}): EdgeNode => ({
  address: `udp:10.0.0.5:${port}`,
  state: 'active',
  weight: 50,
  mark: `mark${port}`,
  ...more,
});
const uri = (port: number, weight = 50) => `sip:10.0.0.5:${port};transport=udp;w=${weight}`;
const nothing: HeldState = { destinations: [], edge: new Map(), lists: { trunk: new Map(), barred: new Map() } };
const holding = (more: Partial<HeldState>): HeldState => ({ ...nothing, ...more });

describe('what a Kamailio is told', () => {
  it('everything where it holds nothing, the revision last', () => {
    const wanted = wantedState({
      nodes: [node(1)],
      sources: ['198.51.100.7', '203.0.113.0/24'],
      banned: ['192.0.2.9', '2001:db8:66::/48'],
    });
    expect(changesTowards(wanted, nothing)).toEqual([
      { kind: 'add-node', uri: uri(1), weight: 50 },
      { kind: 'set', table: 'edge', key: 'node-mark1', value: 'sip:10.0.0.5:1;transport=udp' },
      { kind: 'set', table: 'trunk', key: '198.51.100.7', value: '1' },
      { kind: 'set', table: 'edge', key: 'trunk0', value: '203.0.113.0/24' },
      { kind: 'delete', table: 'ban', key: '198.51.100.7' },
      { kind: 'delete-within', table: 'ban', networks: ['203.0.113.0/24'] },
      { kind: 'set', table: 'barred', key: '192.0.2.9', value: '1' },
      { kind: 'set', table: 'edge', key: 'barred0', value: '2001:db8:66::/48' },
      { kind: 'set', table: 'edge', key: 'revision', value: wanted.revision },
    ]);
  });

  it('nothing where it holds what is wanted, whatever pings found', () => {
    const wanted = wantedState({ nodes: [node(1), node(2, { state: 'draining' })], sources: [], banned: [] });
    const destinations = [
      { uri: uri(1), state: 'inactive' },
      { uri: uri(2), state: 'disabled' },
    ] as const;
    const edge = new Map([['revision', wanted.revision], ...wanted.marks]);
    expect(knowsLists(wanted, edge)).toBe(true);
    expect(changesTowards(wanted, holding({ destinations, edge }))).toEqual([]);
  });

  it('a new weight as another destination, before the old one goes', () => {
    const wanted = wantedState({ nodes: [node(1, { weight: 20 })], sources: [], banned: [] });
    const edge = new Map([['revision', wanted.revision], ['node-mark0', 'sip:gone'], ...wanted.marks]);
    expect(changesTowards(wanted, holding({ edge, destinations: [{ uri: uri(1), state: 'active' }] }))).toEqual([
      { kind: 'add-node', uri: uri(1, 20), weight: 20 },
      { kind: 'remove-node', uri: uri(1) },
      { kind: 'delete', table: 'edge', key: 'node-mark0' },
    ]);
  });

  it('trunks and bans that came and went; who was a trunk is not known any more', () => {
    const wanted = wantedState({ nodes: [], sources: ['198.51.100.7'], banned: ['192.0.2.9'] });
    const edge = new Map([
      ['revision', 'older'],
      ['trunk0', '203.0.113.0/24'],
      ['barred0', '192.0.2.0/24'],
    ]);
    const lists = { trunk: new Map([['192.0.2.1', '1']]), barred: new Map([['192.0.2.8', '1']]) };
    expect(changesTowards(wanted, holding({ edge, lists }))).toEqual([
      { kind: 'set', table: 'trunk', key: '198.51.100.7', value: '1' },
      { kind: 'delete', table: 'trunk', key: '192.0.2.1' },
      { kind: 'delete', table: 'edge', key: 'trunk0' },
      { kind: 'delete', table: 'ban', key: '198.51.100.7' },
      { kind: 'delete', table: 'known', key: '192.0.2.1' },
      { kind: 'delete-within', table: 'known', networks: ['203.0.113.0/24'] },
      { kind: 'set', table: 'barred', key: '192.0.2.9', value: '1' },
      { kind: 'delete', table: 'barred', key: '192.0.2.8' },
      { kind: 'delete', table: 'edge', key: 'barred0' },
      { kind: 'set', table: 'edge', key: 'revision', value: wanted.revision },
    ]);
  });

  it('IPv6 addresses as networks, since versions of Kamailio write them differently', () => {
    const { addresses, networks } = wantedState({ nodes: [], sources: [], banned: ['2001:db8::1', '192.0.2.1'] }).lists
      .barred;
    expect([[...addresses], [...networks]]).toEqual([['192.0.2.1'], [['barred0', '2001:db8::1/128']]]);
  });

  it('the same for the same sources in another order, and networks in lists of fifty', () => {
    const networks = Array.from({ length: 120 }, (_, n) => `10.${n}.0.0/16`);
    const one = wantedState({ nodes: [], sources: networks, banned: [] });
    expect(wantedState({ nodes: [], sources: [...networks].reverse(), banned: [] })).toEqual(one);
    expect([...one.lists.trunk.networks.values()].map((list) => list.split(',').length)).toEqual([50, 50, 20]);
  });
});
