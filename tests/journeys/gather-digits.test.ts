import { describe, expect, it } from 'vitest';
import type { WireVerb } from '../peers/script-server.js';
import { loudMilliseconds, quiet, useWorld } from './world.js';

const on = useWorld({ name: 'gather', redisDatabase: 2 });

const longPrompt = [{ verb: 'play', url: '/prompt.wav', loop: 0 }];

async function gathering(verb: Readonly<Record<string, unknown>>, ...after: WireVerb[]) {
  const action = on.world.script([{ verb: 'hangup' }], 'gathered');
  const line = await on.world.line([{ verb: 'gather', action, ...verb }, ...after]);
  const call = await on.world.call(line);
  await call.answered();
  return { line, action, call };
}

describe('a menu', () => {
  it('stops its prompt at the first digit, and ends at the number of digits', async () => {
    const { call, action } = await gathering({ prompts: longPrompt, numDigits: 3 });
    await call.media.hears('prompt');
    await call.media.sendDigits('1');
    await quiet(call);
    await call.media.sendDigits('23');
    expect(await on.world.result(action)).toMatchObject({ verb: 'gather', digits: '123' });
    expect(await on.world.backend.request(action)).toMatchObject({ call: { status: 'in-progress' } });
    await call.ended;
  });

  it('ends at the finish key, which is not among the digits', async () => {
    const { call, action } = await gathering({ finishOnKey: '*', timeout: 60 });
    await call.media.sendDigits('4#2*');
    expect(await on.world.result(action)).toMatchObject({ digits: '4#2' });
  });

  it('ends when no further digit comes', async () => {
    const { call, action } = await gathering({ timeout: 0.5 });
    await call.media.sendDigits('7');
    expect(await on.world.result(action)).toMatchObject({ digits: '7' });
  });

  it('goes on with the script when nothing was entered', async () => {
    const { call, action } = await gathering({ timeout: 0.5 }, { verb: 'play', url: '/music.wav', loop: 0 });
    await call.media.hears('music');
    expect(on.world.backend.count(action)).toBe(0);
    await call.bye();
  });

  it('tells that nothing was entered where the script wants to know', async () => {
    const { action } = await gathering({ timeout: 0.5, actionOnEmptyResult: true });
    expect(await on.world.result(action)).toMatchObject({ digits: '' });
  });

  it('lets its prompt finish where digits may not cut it short', async () => {
    const prompts = [{ verb: 'play', url: '/prompt.wav', loop: 2 }];
    const { call, action } = await gathering({ prompts, bargeIn: false, numDigits: 1, timeout: 60 });
    await call.media.hears('prompt');
    await call.media.sendDigits('1');
    const both = () => loudMilliseconds(call.media.ear.samples()) >= 1_800;
    await on.world.eventually('both prompts to be heard', async () => both() || undefined);
    await quiet(call);
    expect(on.world.backend.count(action)).toBe(0);
    await call.media.sendDigits('2');
    expect(await on.world.result(action)).toMatchObject({ digits: '2' });
  });

  it('speaks, waits and plays in turn', async () => {
    const prompts = [
      { verb: 'say', text: 'One.' },
      { verb: 'pause', length: 0.2 },
      { verb: 'play', url: '/prompt.wav', loop: 0 },
    ];
    const { call, action } = await gathering({ prompts, numDigits: 1 });
    await call.media.hears('prompt');
    await call.media.sendDigits('#');
    await quiet(call);
    await call.bye();
    expect(on.world.backend.count(action)).toBe(0);
  });

  it('asks its own document again where no action is named', async () => {
    const line = await on.world.line((request) =>
      (JSON.parse(request.body) as { result?: unknown }).result === undefined
        ? [{ verb: 'gather', numDigits: 1, timeout: 60 }]
        : [{ verb: 'play', url: '/music.wav', loop: 0 }],
    );
    const call = await on.world.call(line);
    await call.answered();
    await call.media.sendDigits('5');
    await call.media.hears('music');
    expect(await on.world.result(line.path, 2)).toMatchObject({ verb: 'gather', digits: '5' });
    await call.bye();
  });

  it('takes digits by SIP INFO', async () => {
    const { call, action } = await gathering({ numDigits: 2, timeout: 60 });
    expect((await call.sendInfoDigit('4')).status).toBe(200);
    expect((await call.sendInfoDigit('2')).status).toBe(200);
    expect(await on.world.result(action)).toMatchObject({ digits: '42' });
  });

  it('shows each key in the timeline, and tells them to nobody else', async () => {
    const { call, action, line } = await gathering({ numDigits: 4, timeout: 60 });
    await call.media.sendDigits('7391');
    expect(await on.world.result(action)).toMatchObject({ digits: '7391' });
    const callId = await on.world.callId(line.path);
    await on.world.cdr(callId);
    await on.world.eventually('four keys in the timeline', async () => {
      const keys = (await on.world.timeline(callId)).filter(({ kind }) => kind === 'digit');
      return keys.length === 4 ? keys : undefined;
    });
    expect(JSON.stringify(on.world.eventsOf(callId))).not.toContain('7391');
  });
});
