import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import type { Flow } from '../sip/flow.js';
import { type NetworkConditions, VirtualNetwork } from './virtual-network.js';

async function twoPorts(conditions: Partial<NetworkConditions>, seed = 1) {
  const clock = new ManualClock();
  const network = new VirtualNetwork(clock, seededRandom(seed));
  network.setConditions(conditions);
  const got: number[] = [];
  const a = await network.bind('10.0.0.1', 1000, { onDatagram: () => undefined, onError: () => undefined });
  const b = await network.bind('10.0.0.2', 0, { onDatagram: (bytes) => got.push(bytes[0]!), onError: () => undefined });
  const send = (count: number) => {
    for (let at = 0; at < count; at += 1) a.send(Uint8Array.of(at), 1, b.port, b.address);
  };
  return { clock, network, got, send, a, b };
}

describe('the virtual network', () => {
  it('delivers in order after the delay', async () => {
    const { clock, got, send } = await twoPorts({ delayMs: 30 });
    send(3);
    clock.advance(29);
    expect(got).toEqual([]);
    clock.advance(1);
    expect(got).toEqual([0, 1, 2]);
  });

  it('loses, repeats and reorders as asked, the same for the same seed', async () => {
    const run = async (seed: number) => {
      const { clock, got, send } = await twoPorts({ loss: 0.2, duplicate: 0.2, jitterMs: 20 }, seed);
      send(200);
      clock.advance(100);
      return got;
    };
    const first = await run(7);
    expect(await run(7)).toEqual(first);
    expect(await run(8)).not.toEqual(first);
    expect(new Set(first).size).toBeLessThan(200);
    expect(first.length).toBeGreaterThan(new Set(first).size);
    expect(first).not.toEqual([...first].sort((a, b) => a - b));
  });

  it('cuts an address off and restores it', async () => {
    const { clock, network, got, send } = await twoPorts({});
    network.cutOff('10.0.0.2');
    send(1);
    clock.advance(50);
    network.restore('10.0.0.2');
    send(1);
    clock.advance(50);
    expect(got).toHaveLength(1);
  });

  it('refuses a port that is taken, and frees one that is closed', async () => {
    const { network, a } = await twoPorts({});
    const again = () => network.bind('10.0.0.1', 1000, { onDatagram: () => undefined, onError: () => undefined });
    await expect(again()).rejects.toMatchObject({ code: 'EADDRINUSE' });
    a.close();
    await again();
    expect(network.boundPorts).toBe(2);
  });

  it('keeps streams in order, reuses them, and tells of failure and closing', async () => {
    const clock = new ManualClock();
    const network = new VirtualNetwork(clock, seededRandom(1));
    network.setConditions({ loss: 0.5 });
    const log: string[] = [];
    let flow: Flow | undefined;
    const side = (name: string, address: string) =>
      network.listen(
        { transport: 'tcp', address, port: 5060 },
        {
          packet: (bytes, from) => {
            flow = from;
            log.push(`${name} ${bytes}`);
          },
          connectionClosed: () => log.push(`${name} closed`),
          sendFailed: ({ address: to }) => log.push(`${name} failed ${to}`),
        },
      );
    const [a, b] = [await side('a', '10.0.0.1'), await side('b', '10.0.0.2')];
    const target = { transport: 'tcp', address: '10.0.0.2', port: 5060 } as const;
    a.send(target, Buffer.from('1'));
    a.send(target, Buffer.from('2'));
    clock.advance(50);
    b.send(
      { transport: 'tcp', address: flow!.remoteAddress, port: flow!.remotePort, connectionId: flow!.connectionId! },
      Buffer.from('3'),
    );
    clock.advance(50);
    expect([a.connections, b.connections]).toEqual([1, 1]);
    await a.close();
    clock.advance(50);
    b.send({ ...target, address: '10.0.0.9' }, Buffer.from('4'));
    clock.advance(50);
    expect(log).toEqual(['b 1', 'b 2', 'a 3', 'b closed', 'b failed 10.0.0.9']);
  });
});
