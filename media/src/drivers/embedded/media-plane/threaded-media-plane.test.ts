import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause, systemClock } from '@hookswitch/kernel/clock';
import { udpMediaNetwork } from '../../../net/udp-media-socket.js';
import { mediaPlaneContract } from './media-plane.contract.js';
import { createThreadedMediaPlane } from './threaded-media-plane.js';

mediaPlaneContract('worker thread', async (settings) => {
  const folder = await mkdtemp(join(tmpdir(), 'media-plane-'));
  const plane = createThreadedMediaPlane({ ...settings, portLow: 21_000, portHigh: 21_999 });
  return {
    plane,
    clock: systemClock,
    network: udpMediaNetwork,
    planeAddress: '127.0.0.1',
    phoneAddress: '127.0.0.1',
    phonePort: 22_000,
    slackMs: 550,
    elapse: (ms) => pause(systemClock, ms),
    path: (name) => join(folder, name),
    read: (path) => readFile(path),
    async close() {
      await plane.stop();
      await rm(folder, { recursive: true });
    },
  };
});
