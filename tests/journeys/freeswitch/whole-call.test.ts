import { describe, expect, it } from 'vitest';
import { partyTones } from '../../ear/parties.js';
import { readWav } from '../../ear/wav.js';
import { whoIsHeard } from '../../ear/who-is-heard.js';
import { useSwitchWorld } from './switch-world.js';

const { name, on, call, phone, when } = await useSwitchWorld({ name: 'freeswitch_whole_call', redisDatabase: 172 });

describe(`a call on FreeSWITCH (${name})`, () => {
  it('is answered, collects keys, is recorded, connected with a phone and at last sent elsewhere; every tone is where it belongs', async () => {
    const { world } = on;
    const callee = await phone({ rings: true, answersAfterMs: 200 });
    const referred = world.newPath('referred');
    const elsewhere = [
      { verb: 'stopRecording' },
      { verb: 'refer', referTo: 'sip:100@far.example', action: world.backend.url(referred) },
    ];
    const dialled = world.script(elsewhere, 'dialled');
    const gathered = world.script(
      [
        { verb: 'startRecording', channels: 'dual' },
        { verb: 'dial', targets: [{ type: 'sip', uri: callee.uri }], ringTone: 'silence', action: dialled },
      ],
      'gathered',
    );
    const prompts = [{ verb: 'play', url: world.backend.url('/prompt.wav'), loop: 0 }];
    const line = await world.line([{ verb: 'gather', numDigits: 3, finishOnKey: '', prompts, action: gathered }]);

    const caller = await call(line.number);
    await when('the caller hears the prompt', () => caller.hears(partyTones.prompt));
    caller.press('42#');
    expect(await world.result(gathered)).toMatchObject({ digits: '42#' });

    await when('the phone is answered', () => callee.calls[0]?.answered === true);
    const [called] = callee.calls;
    expect(called!.fromUser).toBe('+442071838750');
    caller.speak(partyTones.caller);
    called!.speak(partyTones.callee);
    await when('both hear each other', () => caller.hears(partyTones.callee) && called!.hears(partyTones.caller));
    expect([caller.hears(partyTones.caller), called!.hears(partyTones.callee)]).toEqual([false, false]);
    const since = Date.now();
    await when('they have talked for a second', () => Date.now() > since + 1000);
    called!.press('7');
    await when('keys pass', () => caller.receivedDigits === '7');
    called!.hangUp();
    expect(await world.result(dialled)).toMatchObject({ dialStatus: 'completed', bridged: true });

    await when('the caller is sent elsewhere', () => caller.referredTo.length === 1);
    expect(caller.referredTo[0]).toContain('sip:100@far.example');

    const { data } = await world.event('recording.available');
    const { id } = data.recording as { id: string };
    const { rate, channels } = readWav(await world.api.download(`/v1/recordings/${id}/media?format=wav`));
    expect(channels.map((samples) => whoIsHeard(samples, { rate, atLeastMs: 300 }))).toEqual([['caller'], ['callee']]);
    caller.hangUp();
    const cdr = await world.cdr(await world.callId(line.path));
    expect(cdr).toMatchObject({ status: 'completed', direction: 'inbound', to: line.number, recordingIds: [id] });
  });
});
