import { systemClock } from '@hookswitch/kernel/clock';
import { silentLogger } from '@hookswitch/kernel/logger';
import { systemRandom } from '@hookswitch/kernel/random';
import { createRtpengineRelay } from '@hookswitch/media/drivers/rtpengine/index';
import type { MediaRelay } from '@hookswitch/media/port/media-relay';
import { afterAll, beforeAll, expect } from 'vitest';
import { OwnRtpengine } from '../../../peers/rtpengine/own-rtpengine.js';
import { callEngineContract } from '../../call-engine.contract.js';
import { loopbackEmbeddedEngineBehind } from '../../call-engine-worlds/embedded-worlds.js';

let rtpengine: OwnRtpengine;
beforeAll(async () => {
  rtpengine = await OwnRtpengine.start({ ports: 400 });
});
afterAll(() => rtpengine.stop());

callEngineContract('embedded, behind rtpengine, on loopback sockets', async () => {
  const relays: MediaRelay[] = [];
  const under = await loopbackEmbeddedEngineBehind(async () => {
    const relay = createRtpengineRelay({
      servers: [{ host: '127.0.0.1', port: rtpengine.port, weight: 1 }],
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
      timeoutMs: 10_000,
    });
    relays.push(relay);
    await relay.start();
    return relay;
  });
  return {
    ...under,
    close: async () => {
      await under.close();
      for (const relay of relays) await relay.stop();
      expect(await rtpengine.calls()).toEqual([]);
    },
  };
});
