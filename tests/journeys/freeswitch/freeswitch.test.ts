import { describe, expect, it } from 'vitest';
import type { FarEnd } from '../../contracts/call-engine-worlds/call-world.js';
import { partyTones } from '../../ear/parties.js';
import { BadDay } from '../bad-day.js';
import type { Line } from '../world.js';
import { useDoubleWorld } from './double-world.js';

const { on, double, when } = await useDoubleWorld({ name: 'freeswitch', redisDatabase: 213 });

const call = ({ number }: Line): FarEnd => double.placeCall({ from: '+442071838750', to: number, as: 'trunk' });

describe('a platform on FreeSWITCH (the protocol double)', () => {
  it('runs a script on a call that comes in, and tells of it by CDR and webhook', async () => {
    const { world } = on;
    const line = await world.line([
      { verb: 'play', url: world.backend.url('/prompt.wav'), loop: 3 },
      {
        verb: 'gather',
        numDigits: 2,
        action: world.script([{ verb: 'hangup' }], 'gathered'),
      },
    ]);
    const far = call(line);
    await when('the caller hears the prompt', () => far.hears(partyTones.prompt));
    far.press('42');
    await when('the call ends', () => far.ended);
    const cdr = await world.cdr(await world.callId(line.path));
    expect(cdr).toMatchObject({ status: 'completed', direction: 'inbound', from: '+442071838750', to: line.number });
    expect(double.channels).toBe(0);
    expect(double.failures).toEqual([]);
  });

  it('ends the calls of a FreeSWITCH that was restarted once, with CDR and reason, and takes new ones', async () => {
    const { world } = on;
    const day = await BadDay.begin(world, {
      write: { path: '/v1/applications', body: { name: 'Twice', scriptUrl: world.backend.url('/twice') } },
    });
    const line = await world.line([{ verb: 'play', url: world.backend.url('/music.wav'), loop: 0 }]);
    const callers = [call(line), call(line)];
    await when('both are answered', () => callers.every((far) => far.answered));
    const ids = [await world.callId(line.path, 1), await world.callId(line.path, 2)];
    await double.restart(async () => {
      await world.eventually(
        'the platform to notice',
        async () =>
          world.platform.output.some((text) => text.includes('the connection to FreeSWITCH fell')) || undefined,
      );
    });
    for (const id of ids) {
      expect(await world.cdr(id)).toMatchObject({
        status: 'completed',
        termination: { by: 'system', reason: 'media-lost' },
      });
    }
    const next = call(line);
    await when('a new call is answered', () => next.answered);
    await when('it hears the music', () => next.hears(partyTones.music));
    next.hangUp();
    const last = await world.cdr(await world.callId(line.path, 3));
    expect(last).toMatchObject({ status: 'completed', termination: { by: 'remote', reason: 'hangup' } });
    await day.over();
    expect(double.channels).toBe(0);
    expect(double.failures).toEqual([]);
  });

  it('keeps its calls where only the connection fell: who hung up meanwhile has ended, the others go on', async () => {
    const { world } = on;
    const line = await world.line([{ verb: 'play', url: world.backend.url('/music.wav'), loop: 0 }]);
    const leaves = call(line);
    await when('it is answered', () => leaves.answered);
    const first = await world.callId(line.path, 1);
    const stays = call(line);
    await when('both are answered', () => stays.answered);
    const fell = () =>
      world.platform.output.filter((text) => text.includes('the connection to FreeSWITCH fell')).length;
    const before = fell();
    await double.disconnect();
    await world.eventually('the platform to notice', async () => fell() > before || undefined);
    leaves.hangUp();
    await when('it is gone', () => leaves.ended);
    await double.open();
    expect((await world.cdr(first)).termination).toMatchObject({ by: 'remote', reason: 'hangup' });
    expect(stays.ended).toBe(false);
    stays.hangUp();
    expect(await world.cdr(await world.callId(line.path, 2))).toMatchObject({ status: 'completed' });
    expect(double.failures).toEqual([]);
  });
});
