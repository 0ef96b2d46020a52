import { describe, expect, it } from 'vitest';
import type { Flow } from '../../sip/flow.js';
import type { DialBranch } from './dial-plan.js';
import { edgeOfPath, SipEdges } from './sip-edges.js';

const first = { transport: 'udp', address: '10.0.0.5', port: 5062 } as const;
const second = { transport: 'tcp', address: '10.0.0.6', port: 5062 } as const;
const edges = () => new SipEdges([first, second]);
const flow = (more: Partial<Flow>): Flow => ({
  transport: 'udp',
  localAddress: '10.0.0.9',
  localPort: 5060,
  remoteAddress: '10.0.0.5',
  remotePort: 5062,
  ...more,
});
const call: DialBranch = {
  target: { transport: 'tls', address: 'sip.carrier.example', port: 5061 },
  uri: 'sip:+14155550100@sip.carrier.example',
};

describe('which packets are an edge’s', () => {
  it.each([
    ['its UDP socket', {}, true],
    ['another UDP port of its machine', { remotePort: 5060 }, false],
    ['any connection from its machine', { transport: 'tcp', remotePort: 41_000 }, true],
    ['the UDP socket of an edge that is named by TCP', { remoteAddress: '10.0.0.6' }, true],
    ['somebody else', { remoteAddress: '10.0.0.7' }, false],
  ] as const)('%s', (_who, more, is) => {
    expect(edges().sent(flow(more))).toBe(is);
  });
});

describe('the way out of a call', () => {
  it('names the next hop in the Route of the edge, as a Path does', () => {
    expect(edges().wayOut(0).through(call)).toEqual({
      target: { ...first, namedBy: 'its-packets' },
      uri: call.uri,
      routes: ['<sip:10.0.0.5:5062;transport=udp;lr;received=sip:sip.carrier.example:5061%3Btransport%3Dtls>'],
      far: call.target,
    });
  });

  it('goes to the next edge where one was silent, and tries that one last for 30 s', () => {
    const all = edges();
    const wayOut = all.wayOut(0);
    expect(wayOut.hasOther).toBe(true);
    expect(wayOut.silent(1000)).toBe(true);
    expect(wayOut.through(call).target.address).toBe('10.0.0.6');
    expect(wayOut.silent(1000)).toBe(false);
    const later = new SipEdges([first, second]);
    later.wayOut(0).silent(0);
    expect(later.wayOut(29_999).through(call).target.address).toBe('10.0.0.6');
    expect(later.wayOut(30_001).through(call).target.address).toBe('10.0.0.5');
  });

  it('is straight without an edge', () => {
    const straight = new SipEdges([]).wayOut(0);
    expect(straight.through(call)).toBe(call);
    expect([straight.hasOther, straight.silent(0)]).toEqual([false, false]);
  });
});

describe('the edge that a Path begins with', () => {
  it.each([
    ['<sip:10.0.0.5:5062;transport=tcp;lr;received=sip:1.2.3.4:5>', 'tcp', '10.0.0.5', 5062],
    ['<sip:10.0.0.5;lr>', 'udp', '10.0.0.5', 5060],
    ['<sip:[2001:db8::5]:5062;lr>', 'udp', '2001:db8::5', 5062],
  ])('%s', (path, transport, address, port) => {
    expect(edgeOfPath([path])).toEqual({ transport, address, port, namedBy: 'its-packets' });
  });
});
