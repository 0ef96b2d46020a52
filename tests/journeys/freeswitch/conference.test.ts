import { describe, expect, it } from 'vitest';
import type { FarEnd } from '../../contracts/call-engine-worlds/call-world.js';
import type { Line } from '../world.js';
import { useDoubleWorld } from './double-world.js';

const { on, double, when } = await useDoubleWorld({ name: 'freeswitch_conference', redisDatabase: 122 });

/** Somebody with a tone of their own calls the line. */
function call({ number }: Line, hertz: number): FarEnd {
  const far = double.placeCall({ from: '+442071838750', to: number, as: 'trunk' });
  far.speak(hertz);
  return far;
}

describe('a conference of one node on FreeSWITCH (the protocol double)', () => {
  it('lets two, then three hear each other, and each leaves with a result', async () => {
    const { world } = on;
    const action = world.script([{ verb: 'hangup' }], 'after');
    const line = await world.line([{ verb: 'conference', name: 'weekly', beep: 'none', action }]);
    const tones = [700, 1100, 1900];
    const [ann, ben, cem] = tones.map((hertz) => call(line, hertz)) as [FarEnd, FarEnd, FarEnd];
    const hears = (one: FarEnd, ...others: number[]) =>
      tones.every((hertz) => one.hears(hertz) === others.includes(hertz));
    await when(
      'all three hear each other',
      () => hears(ann, 1100, 1900) && hears(ben, 700, 1900) && hears(cem, 700, 1100),
    );
    cem.hangUp();
    await when('two are left', () => hears(ann, 1100) && hears(ben, 700));
    ben.hangUp();
    ann.hangUp();
    await when('all have ended', () => ann.ended && ben.ended && cem.ended);
    expect(await world.result(action)).toMatchObject({ conferenceResult: 'left', name: 'weekly' });
    await world.event('conference.ended');
    await when('nothing is left', () => double.channels === 0);
    expect(double.failures).toEqual([]);
  });
});
