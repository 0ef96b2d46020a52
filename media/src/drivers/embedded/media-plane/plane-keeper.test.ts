import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import { VirtualNetwork } from '../../../net/virtual-network.js';
import { MediaPlaneLostError, NoMediaPortError } from '../../../port/engine-errors.js';
import { createInProcessMediaPlane } from './in-process-media-plane.js';
import { MemoryCaptureStore } from './memory-capture-store.js';
import { PlaneKeeper } from './plane-keeper.js';

const bindAddress = '10.0.0.1';

function setUp() {
  const clock = new ManualClock();
  const random = seededRandom(1);
  const network = new VirtualNetwork(clock, random, { delayMs: 3, jitterMs: 0, loss: 0, duplicate: 0 });
  const plane = createInProcessMediaPlane({}, { clock, random, network, captures: new MemoryCaptureStore() });
  return new PlaneKeeper(plane, { clock, logger: silentLogger, orphanMs: 4_000 });
}

describe('a kept media plane', () => {
  it('that is being stopped opens what it promised a port for, and nothing more', async () => {
    const keeper = setUp();
    const { plane } = keeper.seat('node', () => {});
    const [port] = await plane.prepare(bindAddress, 1);
    keeper.refuseNew();
    expect(await plane.prepare(bindAddress, 1)).toEqual([]);
    await expect(plane.open('a', { bindAddress })).rejects.toThrow(MediaPlaneLostError);
    expect(await plane.open('a', { bindAddress, port: port! })).toEqual({ port });
  });

  it('lets go of ports that a former control prepared: the next one can have them', async () => {
    const keeper = setUp();
    const former = keeper.seat('node', () => {});
    const [port] = await former.plane.prepare(bindAddress, 1);
    former.leave();
    const { plane } = keeper.seat('node', () => {});
    expect(await plane.prepare(bindAddress, 1)).toEqual([]);
    await plane.takeOver([]);
    await expect(plane.open('a', { bindAddress, port: port! })).rejects.toThrow(NoMediaPortError);
    expect(await plane.prepare(bindAddress, 1)).toHaveLength(1);
  });
});
