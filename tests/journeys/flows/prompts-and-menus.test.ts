import { beforeAll, describe, expect, it } from 'vitest';
import { useCentre } from '../contact-centre/centre.js';
import { loudMilliseconds, quiet, toneWav } from '../world.js';
import { FlowCentre } from './flow-centre.js';
import { callFlow, end, flowEvents, heardBy, playing, tonesHeardBy } from './flow-line.js';

const on = useCentre({ name: 'flows_prompts_and_menus', redisDatabase: 77 });
let flows: FlowCentre;
beforeAll(() => {
  flows = new FlowCentre(on.centre);
});

const menu = (more: object) => ({ id: 'menu', kind: 'menu', timeout: 60, ...more });
const one = { key: '1', label: 'One', next: 'one' };

describe.concurrent('a caller in a flow', () => {
  it('hears the prompts of the nodes, goes where its key says, and is hung up at the end', async () => {
    const [ask, answer] = [await flows.tone('prompt'), await flows.tone('music')];
    const nodes = [menu({ prompts: [ask], keys: [one] }), playing('one', answer), end];
    const customer = await callFlow(flows, nodes);
    await customer.call.media.hears('prompt');
    await customer.call.media.sendDigits('1');
    await customer.call.media.hears('music');
    expect(await customer.call.ended).toEqual({ by: 'them', how: 'BYE' });
    expect(tonesHeardBy(customer)).toEqual(['prompt', 'music']);
    expect(await flows.finished(customer)).toMatchObject({
      endCode: 'ivrEnd',
      keys: [{ key: '1', label: 'One' }],
    });
  });

  it('IVR-01 takes one path within working hours and another outside them, by time zone and holidays', async () => {
    const [open, closed] = [await flows.tone('prompt'), await flows.tone('music')];
    const hours = (more: object) => [
      {
        id: 'hours',
        kind: 'workingHours',
        hours: { timeZone: 'UTC', weekly: [{ days: everyDay, from: '00:00', to: '24:00' }], ...more },
        exits: { open: 'open', closed: 'closed' },
      },
      playing('open', open),
      playing('closed', closed),
      end,
    ];
    // 26 hours lie between the two zones, so that a date of the first is none of the second.
    const [early, late] = ['Pacific/Kiritimati', 'Etc/GMT+12'];
    const holidays = [dateIn(early, 0), dateIn(early, 1)];
    const cases = [
      { given: {}, tone: 'prompt', endCode: 'ivrEnd', number: 107 },
      { given: { weekly: [] }, tone: 'music', endCode: 'notWorkTime', number: 106 },
      { given: { timeZone: early, holidays }, tone: 'music', endCode: 'notWorkTime', number: 106 },
      { given: { timeZone: late, holidays }, tone: 'prompt', endCode: 'ivrEnd', number: 107 },
    ];
    for (const { given, tone, endCode, number } of cases) {
      const customer = await callFlow(flows, hours(given));
      await customer.call.ended;
      expect(tonesHeardBy(customer)).toEqual([tone]);
      expect(await flows.finished(customer)).toMatchObject({ endCode, endCodeNumber: number });
    }
  });

  it('IVR-02 hears a text with the values of its variables', async () => {
    const say = (text: string) => [{ id: 'say', kind: 'say', text, exits: { next: 'end' } }, end];
    const loud = async (text: string) => {
      const customer = await callFlow(flows, say(text));
      await customer.call.ended;
      return loudMilliseconds(customer.call.media.ear.samples());
    };
    const spelled = await loud('You call from the number that you see, and you have been here before.');
    const number = await loud('${SystemCallerNumber}');
    expect(spelled).toBeGreaterThan(1500);
    expect(number).toBeGreaterThan(1500); // twelve digits
  });

  it('IVR-03 hears an uploaded WAV; what is no audio, or too large, is refused', async () => {
    const customer = await callFlow(flows, [playing('play', await flows.tone('music', 2)), end]);
    await customer.call.ended;
    expect(tonesHeardBy(customer)).toEqual(['music']);
    const { api } = on.centre.world;
    const text = await api.request('POST', '/v1/audio', {
      body: Buffer.from('no sound'),
      headers: { 'content-type': 'text/plain' },
    });
    const large = await api.request('POST', '/v1/audio', {
      body: toneWav('music', 400),
      headers: { 'content-type': 'audio/wav' },
    });
    expect([text.status, large.status]).toEqual([415, 413]);
  });

  it('IVR-04 stops a prompt by a key that counts for the next node; one that may not be interrupted plays to its end', async () => {
    const [asked, then] = [await flows.tone('agent', 5), await flows.tone('music')];
    const nodes = async (seconds: number, interruptible: boolean) => [
      playing('intro', await flows.tone('prompt', seconds), 'menu', { interruptible }),
      menu({ prompts: [asked], keys: [one] }),
      playing('one', then),
      end,
    ];
    const free = await callFlow(flows, await nodes(20, true));
    await free.call.media.hears('prompt');
    await free.call.media.sendDigits('1');
    await free.call.ended;
    expect(tonesHeardBy(free)).toEqual(['prompt', 'music']);
    expect(heardBy(free)[0]!.ms).toBeLessThan(19_000);
    const fixed = await callFlow(flows, await nodes(5, false));
    await fixed.call.media.hears('prompt');
    await fixed.call.media.sendDigits('1');
    await fixed.call.media.hears('agent');
    await fixed.call.media.sendDigits('1');
    await fixed.call.ended;
    expect(tonesHeardBy(fixed)).toEqual(['prompt', 'agent', 'music']);
    expect(heardBy(fixed)[0]!.ms).toBeGreaterThan(4800);
  });

  it('IVR-05 hears a prompt exactly twice, then the next node', async () => {
    const [twice, next] = [await flows.tone('prompt', 1), await flows.tone('music')];
    const customer = await callFlow(flows, [
      playing('twice', twice, 'after', { plays: 2 }),
      playing('after', next),
      end,
    ]);
    await customer.call.ended;
    const [first] = heardBy(customer);
    expect(tonesHeardBy(customer)).toEqual(['prompt', 'music']);
    expect(first!.ms).toBeGreaterThanOrEqual(1850);
    expect(first!.ms).toBeLessThanOrEqual(2150);
  });
});

describe.concurrent('flows and scripts', () => {
  it('call each other: a script runs a flow, which asks a script, and goes on with what came of it', async () => {
    const { world } = on.centre;
    const [inFlow, after] = [await flows.tone('agent'), await flows.tone('supervisor')];
    const own = world.script([{ verb: 'play', url: '/prompt.wav' }]);
    const nodes = [
      { id: 'own', kind: 'webhookScript', url: world.backend.url(own), exits: { next: 'say' } },
      playing('say', inFlow, 'set'),
      { id: 'set', kind: 'setVariable', variables: [{ name: 'tier', value: '${tier}+' }], exits: { next: 'end' } },
      end,
    ];
    const action = world.script([after]);
    const line = await world.line([
      { verb: 'flow', flowId: await flows.flow(nodes), variables: { tier: 'gold' }, action },
    ]);
    const call = await world.call(line);
    await call.ended;
    expect(tonesHeardBy({ call })).toEqual(['prompt', 'agent', 'supervisor']);
    expect(await world.backend.request(own)).toMatchObject({ flow: { node: 'own', variables: { tier: 'gold' } } });
    expect(await world.result(action)).toMatchObject({ flowResult: 'ended', variables: { tier: 'gold+' }, keys: [] });
  });

  it('send short messages with what callers entered', async () => {
    const { world } = on.centre;
    const nodes = [
      menu({ prompts: [], keys: [one] }),
      { id: 'one', kind: 'sendMessage', to: '${SystemCallerNumber}', text: 'You pressed one.', exits: { next: 'end' } },
      end,
    ];
    const customer = await callFlow(flows, nodes);
    await customer.call.media.sendDigits('1');
    await customer.call.ended;
    const { items } = await world.api.get<{ items: { to: string; purpose: string; text: string }[] }>(
      '/v1/notifications?limit=100',
    );
    expect(items.find(({ to }) => to === customer.from)).toMatchObject({
      channel: 'sms',
      purpose: 'flowMessage',
      text: 'You pressed one.',
    });
  });

  it('apologise and hang up, never silent, where a sound was deleted that a call is about to hear', async () => {
    const { api } = on.centre.world;
    const sound = await flows.tone('supervisor', 2);
    const first = await flows.tone('prompt', 4);
    const customer = await callFlow(flows, [playing('first', first, 'gone'), playing('gone', sound), end]);
    await customer.call.media.hears('prompt');
    expect((await api.request('DELETE', `/v1/audio/${sound.audioId}`)).status).toBe(409);
    expect((await api.request('DELETE', `/v1/audio/${sound.audioId}?force=true`)).status).toBe(204);
    expect(await customer.call.ended).toEqual({ by: 'them', how: 'BYE' });
    expect(tonesHeardBy(customer)).not.toContain('supervisor');
    const afterPrompt = customer.call.media.ear.samples(8000 * 4);
    expect(loudMilliseconds(afterPrompt)).toBeGreaterThan(1000);
  });
});

describe.concurrent('a menu', () => {
  it('IVR-06 IVR-10 is heard on entry and again after a wrong key, which is told', async () => {
    const [ask, wrong] = [await flows.tone('prompt', 5), await flows.tone('agent')];
    const customer = await callFlow(flows, [
      menu({ prompts: [ask], keys: [one], wrongKeyPrompts: [wrong] }),
      { ...end, id: 'one' },
    ]);
    await customer.call.media.hears('prompt');
    await customer.call.media.sendDigits('9');
    await customer.call.media.hears('agent');
    await customer.call.media.hears('prompt');
    await customer.call.media.sendDigits('1');
    await customer.call.ended;
    expect(tonesHeardBy(customer)).toEqual(['prompt', 'agent', 'prompt']);
  });

  it('IVR-06 IVR-09 is heard again after a time-out, which is told', async () => {
    const [ask, late] = [await flows.tone('prompt'), await flows.tone('agent')];
    const nodes = [
      menu({ prompts: [ask], keys: [one], timeout: 1, timeoutPrompts: [late], maxErrors: 2 }),
      { ...end, id: 'one' },
    ];
    const customer = await callFlow(flows, nodes);
    expect(await customer.call.ended).toEqual({ by: 'them', how: 'BYE' });
    expect(tonesHeardBy(customer)).toEqual(['prompt', 'agent', 'prompt', 'agent']);
  });

  it('IVR-07 takes every key, and keeps it with its label', async () => {
    const keys = [...'0123456789*#'];
    const at = (key: string) => `k${keys.indexOf(key)}`;
    const nodes = [
      menu({ prompts: [], keys: keys.map((key) => ({ key, label: `Key ${key}`, next: at(key) })) }),
      ...keys.map((key) => ({
        id: at(key),
        kind: 'setVariable',
        variables: [{ name: 'pressed', value: key }],
        exits: { next: 'menu' },
      })),
    ];
    const customer = await callFlow(flows, nodes);
    for (const key of keys) await customer.call.media.sendDigits(key);
    const trail = keys.map((key) => ({ key, label: `Key ${key}` }));
    await on.centre.world.eventually('all keys', async () =>
      (await flowEvents(on.centre.world, customer, 'key')).length === keys.length ? true : undefined,
    );
    expect(await flows.now(customer)).toMatchObject({ status: 'ivr', keys: trail });
    await customer.call.bye();
    const record = await flows.finished(customer);
    expect(record.keys.map(({ key, label }) => ({ key, label }))).toEqual(trail);
    expect(record).toMatchObject({ endCode: 'ivrGiveUp' });
    const entered = await flowEvents(on.centre.world, customer, 'variable');
    expect(entered.map(({ value }) => value)).toEqual(keys);
  });

  it('IVR-08 waits as long as it says from the end of the prompt', async () => {
    const [ask, late] = [await flows.tone('prompt'), await flows.tone('agent')];
    const nodes = [
      menu({ prompts: [ask], keys: [one], timeout: 3, timeoutPrompts: [late], maxErrors: 1 }),
      { ...end, id: 'one' },
    ];
    const customer = await callFlow(flows, nodes);
    await customer.call.ended;
    const [prompt, told] = heardBy(customer);
    const waited = told!.fromMs - (prompt!.fromMs + prompt!.ms);
    expect(waited).toBeGreaterThan(2500);
    expect(waited).toBeLessThan(3500);
  });

  it('IVR-11 hangs up after the third wrong key, once that was told; no agent is in the record', async () => {
    const [ask, wrong] = [await flows.tone('prompt', 5), await flows.tone('agent')];
    const customer = await callFlow(flows, [
      menu({ prompts: [ask], keys: [one], wrongKeyPrompts: [wrong], maxErrors: 3 }),
      { ...end, id: 'one' },
    ]);
    for (let error = 0; error < 3; error += 1) {
      await customer.call.media.hears('prompt');
      await customer.call.media.sendDigits('9');
      await customer.call.media.hears('agent');
    }
    expect(await customer.call.ended).toEqual({ by: 'them', how: 'BYE' });
    expect(tonesHeardBy(customer)).toEqual(['prompt', 'agent', 'prompt', 'agent', 'prompt', 'agent']);
    const record = await flows.finished(customer);
    expect(record).toMatchObject({ endCode: 'ivrEnd', queuedAt: null });
    expect(record.participants.map(({ type }) => type)).toEqual(['customer']);
  });

  it('IVR-12 has the keys that the business’s own system answers, another call others', async () => {
    const { world } = on.centre;
    const [ask, paid, open] = [await flows.tone('prompt', 5), await flows.tone('music'), await flows.tone('agent')];
    const path = world.newPath('menu');
    const offers = (digits: string, label: string, next: string) =>
      world.backend.answer(path, {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ menu: JSON.stringify([{ digits, name: next, label, next }]) }),
      });
    const nodes = [
      {
        id: 'ask',
        kind: 'callApi',
        url: world.backend.url(path),
        outputs: [{ name: 'menu' }],
        exits: { next: 'menu' },
      },
      { id: 'menu', kind: 'dynamicMenu', prompts: [ask], variable: 'menu', targets: ['paid', 'open'], timeout: 60 },
      playing('paid', paid),
      playing('open', open),
      end,
    ];
    const line = await flows.line(nodes);
    const pressing = async (key: string) => {
      const customer = await flows.call(line);
      await customer.call.media.hears('prompt');
      await customer.call.media.sendDigits(key);
      await customer.call.ended;
      return { heard: tonesHeardBy(customer), record: await flows.finished(customer) };
    };
    offers('4', 'Order 4711', 'paid');
    const first = await pressing('4');
    expect(first.heard).toEqual(['prompt', 'music']);
    expect(first.record.keys).toMatchObject([{ key: '4', label: 'Order 4711' }]);
    offers('7', 'Order 4712', 'open');
    const second = await pressing('7');
    expect(second.heard).toEqual(['prompt', 'agent']);
    expect(second.record.keys).toMatchObject([{ key: '7', label: 'Order 4712' }]);
  });

  it('stops at once for a caller who hangs up in it', async () => {
    const customer = await callFlow(flows, [
      menu({ prompts: [await flows.tone('prompt', 5)], keys: [one] }),
      { ...end, id: 'one' },
    ]);
    await customer.call.media.hears('prompt');
    await customer.call.bye();
    expect(await flows.finished(customer)).toMatchObject({ endCode: 'ivrGiveUp', endedBy: 'customer' });
    await quiet(customer.call);
  });
});

const everyDay = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** The date in that zone, so many days from now. */
function dateIn(timeZone: string, days: number): string {
  const at = Date.now() + days * 86_400_000;
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at);
}
