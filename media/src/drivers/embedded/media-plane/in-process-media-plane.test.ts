import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { VirtualNetwork } from '../../../net/virtual-network.js';
import { createInProcessMediaPlane } from './in-process-media-plane.js';
import { mediaPlaneContract } from './media-plane.contract.js';
import { MemoryCaptureStore } from './memory-capture-store.js';

mediaPlaneContract('in process', async (settings) => {
  const clock = new ManualClock();
  const random = seededRandom(1);
  const network = new VirtualNetwork(clock, random, { delayMs: 3, jitterMs: 0, loss: 0, duplicate: 0 });
  const captures = new MemoryCaptureStore();
  const plane = createInProcessMediaPlane(settings, { clock, random, network, captures });
  return {
    plane,
    clock,
    network,
    planeAddress: '10.0.0.1',
    phoneAddress: '10.0.0.2',
    phonePort: 4000,
    slackMs: 40,
    elapse: (ms) => clock.advanceAsync(ms),
    path: (name) => (name.includes('no/such') ? 'unwritable' : name),
    read: async (path) => captures.files.get(path)!,
    close: () => plane.stop(),
  };
});
