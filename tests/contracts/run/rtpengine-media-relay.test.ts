import { systemClock } from '@hookswitch/kernel/clock';
import { silentLogger } from '@hookswitch/kernel/logger';
import { systemRandom } from '@hookswitch/kernel/random';
import { createRtpengineRelay } from '@hookswitch/media/drivers/rtpengine/index';
import { OwnRtpengine } from '../../peers/rtpengine/own-rtpengine.js';
import { mediaRelayContract } from '../media-relay.contract.js';

mediaRelayContract('rtpengine', async ({ ports }) => {
  const rtpengine = await OwnRtpengine.start({ ports });
  const another = () =>
    createRtpengineRelay({
      servers: [{ host: '127.0.0.1', port: rtpengine.port, weight: 1 }],
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
      // A busy test machine is no reason to give up.
      timeoutMs: 10_000,
      lookMs: 100,
    });
  return {
    relay: another(),
    another,
    carried: async () => (await rtpengine.calls()).length,
    die: () => rtpengine.kill(),
    comeBack: () => rtpengine.comeBack(),
    close: () => rtpengine.stop(),
  };
});
