import { afterEach, describe, expect, it } from 'vitest';
import { NoMediaPortError } from '../../../port/engine-errors.js';
import { type KeptPlaneUnderTest, keptPlane } from './planes-under-test.js';

const pairs = 32;
let under: KeptPlaneUnderTest;

/** A plane with a range of 32 pairs, of which two are bound ahead. */
async function small() {
  under = await keptPlane({ portLow: 20_000, portHigh: 20_000 + 2 * pairs - 1 });
  const { plane } = under;
  const ports: number[] = [];
  const open = async (bindAddress = '10.0.0.1') => {
    const { port } = await plane.open(`leg-${ports.length}`, { bindAddress });
    ports.push(port);
  };
  return { plane, ports, open };
}

describe('a range of ports of which a few are bound ahead', () => {
  afterEach(() => under.close());

  it('has a port for as many legs as there are pairs, one after another, and for none more', async () => {
    const { ports, open } = await small();
    for (let leg = 0; leg < pairs; leg++) await open();
    expect(new Set(ports).size).toBe(pairs);
    await expect(open()).rejects.toThrow(NoMediaPortError);
  });

  it('has one for all that come at once while ports are being bound ahead', async () => {
    const { plane } = await small();
    const opening: Promise<{ port: number }>[] = [];
    for (let leg = 0; leg < pairs; leg++) {
      opening.push(plane.open(`leg-${leg}`, { bindAddress: '10.0.0.1' }));
      await Promise.resolve();
    }
    const ports = await Promise.all(opening);
    expect(new Set(ports.map(({ port }) => port)).size).toBe(pairs);
  });

  it('has one for those at another address than those that were bound ahead', async () => {
    const { plane, ports, open } = await small();
    await open();
    for (let leg = 1; leg < pairs; leg++) await open('10.0.0.3');
    expect(new Set(ports).size).toBe(pairs);
    await expect(open('10.0.0.1')).rejects.toThrow(NoMediaPortError);
    await Promise.all(ports.map((_, at) => plane.close(`leg-${at}`)));
    expect(plane.gauges()).toMatchObject({ legs: 0, ports: 0 });
    await open();
  });
});
