import { Redis } from 'ioredis';
import { afterAll, expect, it } from 'vitest';
import { dataServers } from '../world.js';
import { useTwoDoubles } from './double-world.js';

const options = { name: 'freeswitch_keys_kept', redisDatabase: 227 };
const { on, cluster, doubles, when } = await useTwoDoubles(options);
const redis = new Redis(dataServers(options).REDIS_URL!);
afterAll(() => redis.quit());

/** Resolves once a later process would find the call. */
function isKept(callId: string): Promise<true> {
  return on.world.eventually('the call to be written down', async () => {
    const kept = await redis.hkeys('hookswitch:kept-calls:media-1');
    return kept.some((field) => field.endsWith(callId)) || undefined;
  });
}

it('keys that a caller presses while the process of a FreeSWITCH node is down are what the script collects', async () => {
  const { world } = on;
  const [double] = doubles;
  const action = world.script([{ verb: 'hangup' }], 'gathered');
  const line = await world.line([{ verb: 'gather', numDigits: 3, timeout: 60, action }]);
  const far = double.placeCall({ from: '+442071838750', to: line.number, as: 'trunk' });
  await when('it is answered', () => far.answered);
  await isKept(await world.callId(line.path));
  await cluster.kill('media-1');
  far.press('42');
  await cluster.startAgain('media-1');
  far.press('7');
  expect(await world.result(action)).toMatchObject({ digits: '427' });
  await when('the call ends', () => far.ended && double.channels === 0);
  expect(double.failures).toEqual([]);
});
