import { describe, expect, it } from 'vitest';
import type { EdgeNode } from '../../port/sip-edge.js';
import { changesTowards, type HeldState, knowsTrunks, wantedState } from './wanted-state.js';

const node = (port: number, more: Partial<EdgeNode> = {}): EdgeNode => ({
  address: `udp:10.0.0.5:${port}`,
  state: 'active',
  weight: 50,
  ...more,
});
const uri = (port: number, weight = 50) => `sip:10.0.0.5:${port};transport=udp;w=${weight}`;
const nothing: HeldState = { destinations: [], edge: new Map(), trunk: new Map() };
const holding = (more: Partial<HeldState>): HeldState => ({ ...nothing, ...more });

describe('what a Kamailio is told', () => {
  it('everything where it holds nothing, the revision last', () => {
    const wanted = wantedState({ nodes: [node(1)], sources: ['198.51.100.7', '203.0.113.0/24'] });
    expect(changesTowards(wanted, nothing)).toEqual([
      { kind: 'add-node', uri: uri(1), weight: 50 },
      { kind: 'set', table: 'trunk', key: '198.51.100.7', value: '1' },
      { kind: 'delete', table: 'ban', key: '198.51.100.7' },
      { kind: 'set', table: 'edge', key: 'range0', value: '203.0.113.0/24' },
      { kind: 'clear', table: 'known' },
      { kind: 'set', table: 'edge', key: 'revision', value: wanted.revision },
    ]);
  });

  it('nothing where it holds what is wanted, whatever pings found', () => {
    const wanted = wantedState({ nodes: [node(1), node(2, { state: 'draining' })], sources: [] });
    const destinations = [
      { uri: uri(1), state: 'inactive' },
      { uri: uri(2), state: 'disabled' },
    ] as const;
    const edge = new Map([['revision', wanted.revision]]);
    expect(knowsTrunks(wanted, edge)).toBe(true);
    expect(changesTowards(wanted, holding({ destinations, edge }))).toEqual([]);
  });

  it('a new weight as another destination, before the old one goes', () => {
    const wanted = wantedState({ nodes: [node(1, { weight: 20 })], sources: [] });
    const edge = new Map([['revision', wanted.revision]]);
    expect(changesTowards(wanted, holding({ edge, destinations: [{ uri: uri(1), state: 'active' }] }))).toEqual([
      { kind: 'add-node', uri: uri(1, 20), weight: 20 },
      { kind: 'remove-node', uri: uri(1) },
    ]);
  });

  it('trunks that came and went, and networks that are fewer now', () => {
    const wanted = wantedState({ nodes: [], sources: ['198.51.100.7'] });
    const edge = new Map([
      ['revision', 'older'],
      ['range0', '203.0.113.0/24'],
    ]);
    const trunk = new Map([['192.0.2.1', '1']]);
    expect(changesTowards(wanted, holding({ edge, trunk }))).toEqual([
      { kind: 'set', table: 'trunk', key: '198.51.100.7', value: '1' },
      { kind: 'delete', table: 'ban', key: '198.51.100.7' },
      { kind: 'delete', table: 'trunk', key: '192.0.2.1' },
      { kind: 'delete', table: 'edge', key: 'range0' },
      { kind: 'clear', table: 'known' },
      { kind: 'set', table: 'edge', key: 'revision', value: wanted.revision },
    ]);
  });

  it('the same for the same sources in another order, and networks in lists of fifty', () => {
    const networks = Array.from({ length: 120 }, (_, n) => `10.${n}.0.0/16`);
    const one = wantedState({ nodes: [], sources: networks });
    expect(wantedState({ nodes: [], sources: [...networks].reverse() })).toEqual(one);
    expect([...one.ranges.values()].map((list) => list.split(',').length)).toEqual([50, 50, 20]);
  });
});
