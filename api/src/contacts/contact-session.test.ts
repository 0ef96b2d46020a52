import { describe, expect, it } from 'vitest';
import type { ContactTarget } from './contact-control.js';
import { ContactWorld } from './contact-world.fixture.js';

const outside = '+442071838750';
const reach = (to: ContactTarget) => ({ agentId: 'AG1', to });

/** The customer talks with AG1. */
async function talk(...online: string[]) {
  const world = await new ContactWorld().start('AG1', ...online);
  const customer = await world.customer();
  const first = await world.answer('AG1', 'first');
  expect(world.hears(customer)).toEqual(['first']);
  return { world, customer, first };
}

describe('a customer who calls a contact centre', () => {
  it('waits, is offered to an agent, talks, and leaves a whole record', async () => {
    const world = await new ContactWorld().start('AG1');
    const customer = await world.customer({ uui: 'order 4711', keys: [{ key: '2', label: 'Sales' }] });
    expect(world.rings('AG1')).toBe(true);
    expect(world.phone('AG1').from).toBe('+8613800138000');
    expect((await world.contact()).status).toBe('ringing');
    expect((await world.agent('AG1'))!.status).toBe('free');
    const agent = await world.answer('AG1', 'first');
    expect([world.hears(customer), world.hears(agent)]).toEqual([['first'], ['customer']]);
    expect(await world.agent('AG1')).toMatchObject({ status: 'busy', contactId: (await world.contact()).id });
    expect(await world.contact()).toMatchObject({
      status: 'inProgress',
      customer: '+8613800138000',
      line: '+861012345678',
      skillGroupId: 'SG1',
      uui: 'order 4711',
      keys: [{ key: '2', label: 'Sales' }],
      location: { province: 'Beijing' },
      participants: [{ type: 'customer' }, { type: 'staffExtensionSeat', agentId: 'AG1', skillGroupId: 'SG1' }],
    });
    await world.advance(60_000);
    agent.hangUp();
    await world.advance(100);
    expect(world.result).toMatchObject({ queueResult: 'connected', agentId: 'AG1', talkSeconds: 60 });
    expect(customer.status).toBe('ended');
    expect(await world.contact()).toMatchObject({ status: 'finished', endCode: 'ok', endedBy: 'agent' });
    expect(world.toldTo('AG1')).toEqual(['callIn', 'userAccessed', 'sessionEnded']);
    expect(world.told[0]![1]).toMatchObject({
      callerPhoneNumber: '+8613800138000',
      timeout: 15,
      ivrPath: [{ key: '2', label: 'Sales' }],
    });
    expect((await world.contact()).pendingEvents.map(({ type }) => type)).toEqual([
      'contact.started',
      'contact.queued',
      'contact.offered',
      'contact.accepted',
      'contact.participant-joined',
      'contact.participant-left',
      'contact.participant-left',
      'contact.completed',
    ]);
  });

  it('SOFTIN-13 leaves the agent in after-call work, which is counted in the record', async () => {
    const { world, first } = await talk();
    first.hangUp();
    await world.advance(100);
    expect((await world.agent('AG1'))!.status).toBe('afterCallWork');
    await world.customer();
    expect(world.rings('AG1')).toBe(false);
    await world.advance(10_000);
    expect(world.rings('AG1')).toBe(true);
    const [, contact] = await world.store.list(`AC${'1'.repeat(32)}`, {}, { limit: 2 });
    expect(contact!.participants[1]!.afterCallWorkMs).toBeCloseTo(10_000, -2);
    expect(world.toldTo('AG1').slice(0, 4)).toEqual(['callIn', 'userAccessed', 'sessionEnded', 'sessionCompleted']);
  });

  it('IVR-18 is told at once that nobody is there', async () => {
    const world = await new ContactWorld().start();
    const customer = await world.customer();
    await world.advance(3000);
    expect(world.result).toMatchObject({ queueResult: 'noSeatOnline' });
    expect(customer.status).toBe('ended');
    expect(await world.contact()).toMatchObject({ status: 'finished', endCode: 'noSeatOnline' });
  });

  it('INSET-01 is offered to the next agent when one does not answer in time', async () => {
    const world = await new ContactWorld().start('AG1', 'AG2');
    await world.customer();
    const [one] = world.rung;
    await world.advance(15_000);
    expect(one!.farEnd.status).toBe('ended');
    const other = one!.of === 'SE-AG1' ? 'AG2' : 'AG1';
    expect(world.rings(other)).toBe(true);
    expect(world.toldTo(one!.of.slice(3))).toEqual(['callIn', 'autoTransfer']);
    await world.answer(other, 'second');
    const { participants, status } = await world.contact();
    expect(status).toBe('inProgress');
    expect(participants.map(({ endCode }) => endCode)).toEqual([undefined, 'seatGiveUp', undefined]);
  });

  it.each([
    [
      'while it waits',
      'waitingGiveUp',
      async (world: ContactWorld) =>
        void (await world.signal('AG1', { type: 'placeCall', contactId: 'CNx', nodeId: 'n' })),
    ],
    ['while the offer rings', 'ringingGiveUp', async () => {}],
  ])('hangs up %s', async (_when, endCode, before) => {
    const world = await new ContactWorld().start('AG1');
    await before(world);
    const customer = await world.customer();
    customer.hangUp();
    await world.advance(100);
    expect(await world.contact()).toMatchObject({ status: 'finished', endCode, endedBy: 'customer' });
    expect(world.rings('AG1')).toBe(false);
    const { entries, offers } = await world.live.load(`AC${'1'.repeat(32)}`);
    expect([entries, offers]).toEqual([[], []]);
    expect((await world.agent('AG1'))!.offerId).toBeUndefined();
  });

  it('hangs up in the very moment in which the agent answers: nobody is left stuck', async () => {
    const world = await new ContactWorld().start('AG1');
    const customer = await world.customer();
    world.phone('AG1').answer();
    customer.hangUp();
    await world.advance(1000);
    expect((await world.contact()).status).toBe('finished');
    expect((await world.agent('AG1'))!.status).not.toBe('busy');
    expect(world.phone('AG1').status).toBe('ended');
  });

  it('SOFTIN-03 is put through without anybody lifting a receiver', async () => {
    const world = new ContactWorld();
    world.settings = { ...world.settings, automaticAnswer: true };
    await world.start('AG1');
    await world.customer();
    expect(world.phone('AG1').headers['Call-Info']).toContain('answer-after=0');
  });

  it('is taken by API: the phone is dialled anew and answers by itself', async () => {
    const world = await new ContactWorld().start('AG1');
    const customer = await world.customer();
    expect(world.phone('AG1').headers['Call-Info']).toBeUndefined();
    await world.act({ kind: 'accept', agentId: 'AG1' });
    expect(world.rung.map(({ farEnd }) => farEnd.status)).toEqual(['ended', 'called']);
    expect(world.phone('AG1').headers['Call-Info']).toContain('answer-after=0');
    await world.answer('AG1', 'first');
    expect(world.hears(customer)).toEqual(['first']);
  });

  it('is refused by API: another agent rings', async () => {
    const world = await new ContactWorld().start('AG1', 'AG2');
    await world.customer();
    const one = world.rung[0]!.of.slice(3);
    await world.act({ kind: 'decline', agentId: one });
    expect(world.rings(one)).toBe(false);
    expect(world.rings(one === 'AG1' ? 'AG2' : 'AG1')).toBe(true);
  });

  it('IVR-19 hears who serves it, and the agent what it is about, before they talk', async () => {
    const world = await new ContactWorld().start('AG1');
    const customer = await world.customer({
      connectPrompts: [{ verb: 'say', text: 'you talk to ${StaffNo}' }],
      agentPrompts: [{ verb: 'say', text: 'a sale' }],
    });
    const agent = await world.answer('AG1', 'first');
    expect(world.hears(customer).join()).toContain('1001');
    expect(world.hears(agent).join()).toContain('a sale');
    await world.advance(20_000);
    expect([world.hears(customer), world.hears(agent)]).toEqual([['first'], ['customer']]);
  });

  it('loses nothing when the live state is lost: it is put back and offered', async () => {
    const world = await new ContactWorld().start('AG1');
    await world.signal('AG1', { type: 'placeCall', contactId: 'CNx', nodeId: 'n' });
    await world.customer();
    world.live.lose();
    await world.advance(2000);
    expect((await world.live.load(`AC${'1'.repeat(32)}`)).entries).toHaveLength(1);
    await world.online('AG2');
    await world.advance(3000);
    expect(world.rings('AG2')).toBe(true);
  });
});

describe('in the talk', () => {
  it('SOFTIN-08 the customer on hold hears the hold music and not the agent; then both talk again', async () => {
    const { world, customer, first } = await talk();
    await world.act({ kind: 'hold', agentId: 'AG1' });
    expect([world.hears(customer), world.hears(first)]).toEqual([['music 392+494'], []]);
    await world.advance(5000);
    await world.act({ kind: 'retrieve', agentId: 'AG1' });
    expect([world.hears(customer), world.hears(first)]).toEqual([['first'], ['customer']]);
    const { participants, trail } = await world.contact();
    expect(participants[0]!.heldMs).toBeGreaterThan(4900);
    expect(trail.slice(-2).map(({ what }) => what)).toEqual(['hold', 'unhold']);
  });

  it('SOFTIN-09 a muted agent is not heard, hears, and there is no music', async () => {
    const { world, customer, first } = await talk();
    await world.act({ kind: 'mute', agentId: 'AG1' });
    expect([world.hears(customer), world.hears(first)]).toEqual([[], ['customer']]);
    await world.act({ kind: 'unmute', agentId: 'AG1' });
    expect(world.hears(customer)).toEqual(['first']);
  });

  it('SOFTIN-10 a transfer to a group: the agent is free at once, the customer hears waiting music until another answers', async () => {
    const { world, customer, first } = await talk('AG3');
    await world.act({ kind: 'remark', agentId: 'AG1', remark: 'wants blue' });
    await world.act({ kind: 'transfer', ...reach({ type: 'group', skillGroupId: 'SG2' }) });
    expect(first.status).toBe('ended');
    expect(world.hears(customer)).toEqual(['music 440']);
    expect(world.rings('AG3')).toBe(true);
    const [, callIn] = world.told.find(([to, { type }]) => to === 'AG3' && type === 'callIn')!;
    expect(callIn).toMatchObject({ callerPhoneNumber: '+8613800138000', remark: 'wants blue' });
    const third = await world.answer('AG3', 'third');
    expect([world.hears(customer), world.hears(third)]).toEqual([['third'], ['customer']]);
    expect((await world.contact()).participants).toMatchObject([
      {},
      { agentId: 'AG1', transferTo: 2, endCode: 'seatForward' },
      { agentId: 'AG3', transferFrom: 1 },
    ]);
    expect(world.toldTo('AG1')).toEqual(['callIn', 'userAccessed', 'transfer', 'sessionEnded']);
    for (const act of [{ kind: 'record', status: 'stopped' }, { kind: 'mute' }, { kind: 'hangUp' }] as const)
      await expect(world.act({ ...act, agentId: 'AG1' })).rejects.toThrow(/AG1 .*talks/);
    third.hangUp();
    await world.advance(100);
    expect(world.result).toMatchObject({ queueResult: 'connected', agentId: 'AG3' });
  });

  it('SOFTIN-11 a transfer to an agent rings that agent alone', async () => {
    const { world, customer } = await talk('AG2', 'AG3');
    await world.act({ kind: 'transfer', ...reach({ type: 'agent', agentId: 'AG3' }) });
    expect([world.rings('AG2'), world.rings('AG3')]).toEqual([false, true]);
    await world.answer('AG3', 'third');
    expect(world.hears(customer)).toEqual(['third']);
  });

  it('is not transferred to a group with nobody, nor to a busy agent; the talk goes on', async () => {
    const { world, customer } = await talk();
    const transfer = (to: ContactTarget) => world.act({ kind: 'transfer', ...reach(to) });
    await expect(transfer({ type: 'group', skillGroupId: 'SG2' })).rejects.toMatchObject({ code: 'agent-unavailable' });
    await expect(transfer({ type: 'agent', agentId: 'AG3' })).rejects.toMatchObject({ code: 'agent-unavailable' });
    await expect(transfer({ type: 'group', skillGroupId: 'SG9' })).rejects.toMatchObject({
      code: 'resource-not-found',
    });
    expect(world.hears(customer)).toEqual(['first']);
  });

  it('a customer whose transfer nobody answers waits for its own group again, its agent first', async () => {
    const { world, customer } = await talk('AG3');
    await world.act({ kind: 'transfer', ...reach({ type: 'agent', agentId: 'AG3' }) });
    world.phone('AG3').refuse(486);
    await world.advance(40_000);
    expect(world.hears(customer)).toEqual(['music 440']);
    expect(world.rings('AG1')).toBe(true);
    await world.answer('AG1', 'first');
    expect(world.hears(customer)).toEqual(['first']);
  });

  it('SOFTIN-12 a transfer to an outside line: the agent leaves when it answers', async () => {
    const { world, customer, first } = await talk();
    await world.act({ kind: 'transfer', ...reach({ type: 'number', number: outside }) });
    expect(world.phone(outside).from).toBe('+861012345678');
    expect([first.status, world.hears(customer)]).toEqual(['answered', ['music 440']]);
    const far = await world.answer(outside, 'outside');
    expect([world.hears(customer), world.hears(far), first.status]).toEqual([['outside'], ['customer'], 'ended']);
    expect((await world.contact()).participants[2]).toMatchObject({ type: 'outboundSeat', phone: outside });
    customer.hangUp();
    await world.advance(100);
    expect(far.status).toBe('ended');
  });

  it('comes back to the agent when the outside line is busy', async () => {
    const { world, customer, first } = await talk();
    await world.act({ kind: 'transfer', ...reach({ type: 'number', number: outside }) });
    world.phone(outside).refuse(486);
    await world.advance(100);
    expect([world.hears(customer), world.hears(first)]).toEqual([['first'], ['customer']]);
  });

  it('SOFTIN-16 three talk, each hears both others, and any may leave', async () => {
    for (const leaver of ['customer', 'first', 'outside'] as const) {
      const { world, customer, first } = await talk();
      await world.act({ kind: 'invite', ...reach({ type: 'number', number: outside }) });
      const far = await world.answer(outside, 'outside');
      expect([customer, first, far].map((each) => world.hears(each))).toEqual([
        ['first', 'outside'],
        ['customer', 'outside'],
        ['customer', 'first'],
      ]);
      const all = { customer, first, outside: far };
      all[leaver].hangUp();
      await world.advance(100);
      const left = (['customer', 'first', 'outside'] as const).filter((each) => each !== leaver);
      expect(world.hears(all[left[0]!])).toEqual([left[1]]);
      expect(world.hears(all[left[1]!])).toEqual([left[0]]);
      all[left[1]!].hangUp();
      await world.advance(5000);
      expect(await world.contact()).toMatchObject({ status: 'finished', endCode: 'ok' });
      expect((await world.agent('AG1'))!.status).toBe('afterCallWork');
    }
  });

  it('a consultation is heard by both agents and not by the customer; then the customer is handed over', async () => {
    const { world, customer, first } = await talk('AG3');
    await world.act({ kind: 'consult', ...reach({ type: 'agent', agentId: 'AG3' }) });
    expect(world.hears(customer)).toEqual(['music 392+494']);
    const third = await world.answer('AG3', 'third');
    expect([customer, first, third].map((each) => world.hears(each))).toEqual([
      ['music 392+494'],
      ['third'],
      ['first'],
    ]);
    await world.act({ kind: 'completeConsult', agentId: 'AG1' });
    expect([world.hears(customer), world.hears(third), first.status]).toEqual([['third'], ['customer'], 'ended']);
  });

  it('a consultation is returned from: who was asked goes', async () => {
    const { world, customer, first } = await talk('AG3');
    await world.act({ kind: 'consult', ...reach({ type: 'agent', agentId: 'AG3' }) });
    const third = await world.answer('AG3', 'third');
    await world.act({ kind: 'returnFromConsult', agentId: 'AG1' });
    expect([world.hears(customer), world.hears(first), third.status]).toEqual([['first'], ['customer'], 'ended']);
    expect((await world.agent('AG3'))!.status).toBe('afterCallWork');
  });

  it('MON-03 a supervisor listens, whispers, barges in and takes over; each hears exactly whom it should', async () => {
    const { world, customer, first } = await talk();
    await world.act({ kind: 'supervise', agentId: 'AG2', mode: 'listen' });
    expect(world.phone('AG2').headers['Call-Info']).toContain('answer-after=0');
    const second = await world.answer('AG2', 'second');
    const heard = () => [customer, first, second].map((each) => world.hears(each));
    expect(heard()).toEqual([['first'], ['customer'], ['customer', 'first']]);
    await world.act({ kind: 'supervise', agentId: 'AG2', mode: 'whisper' });
    expect(heard()).toEqual([['first'], ['customer', 'second'], ['customer', 'first']]);
    await world.act({ kind: 'supervise', agentId: 'AG2', mode: 'barge' });
    expect(heard()).toEqual([
      ['first', 'second'],
      ['customer', 'second'],
      ['customer', 'first'],
    ]);
    await world.act({ kind: 'takeOver', agentId: 'AG2' });
    expect([world.hears(customer), world.hears(second), first.status]).toEqual([['second'], ['customer'], 'ended']);
    expect((await world.contact()).trail.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['listen', 'whisper', 'barge', 'takeOver']),
    );
  });

  it('SOFTIN-17 digits are collected: prompt, keys the agent does not hear, event, callback, and the talk goes on', async () => {
    const { world, customer, first } = await talk();
    world.http.on('https://crm.example/digits', '{}');
    const template = {
      prompt: { text: 'your order number' },
      digits: 6,
      fixedLength: false,
      finishOnKey: '#',
      timeoutSeconds: 5,
      callbackUrl: 'https://crm.example/digits',
    };
    await world.act({ kind: 'collectDigits', agentId: 'AG1', template });
    expect(world.hears(customer).join()).toContain('your order number');
    expect(world.hears(first)).toEqual([]);
    await world.advance(5000);
    customer.press('4711#');
    await world.advance(200);
    expect(first.receivedDigits).toBe('');
    expect(world.told.at(-1)).toEqual([
      'AG1',
      { type: 'digitsCollected', sessionId: (await world.contact()).id, digits: '4711', reason: 'complete' },
    ]);
    const posted = world.http.requests.find(({ url }) => url === template.callbackUrl);
    expect(JSON.parse(String(posted!.body))).toMatchObject({ digits: '4711' });
    expect([world.hears(customer), world.hears(first)]).toEqual([['first'], ['customer']]);
  });

  it('keys are sent to the customer, and a sound is played to all', async () => {
    const { world, customer, first } = await talk();
    await world.act({ kind: 'sendDigits', agentId: 'AG1', digits: '42' });
    await world.advance(1000);
    expect(customer.receivedDigits).toBe('42');
    await world.act({ kind: 'play', url: 'https://example.com/notice.mp3', loop: 1 });
    expect(world.hears(customer).join() + world.hears(first).join()).toMatch(/notice.*notice/);
  });

  it('the customer goes through a script and comes back when it ends, the agent staying', async () => {
    const { world, customer, first } = await talk();
    world.http.on(
      'https://backend.example/self',
      JSON.stringify([
        { verb: 'say', text: 'press one' },
        { verb: 'pause', length: 5 },
      ]),
    );
    await world.act({ kind: 'runScript', agentId: 'AG1', script: { url: 'https://backend.example/self' } });
    expect(world.hears(customer).join()).toContain('press one');
    expect(world.hears(first)).toEqual([]);
    await world.advance(30_000);
    expect([world.hears(customer), world.hears(first)]).toEqual([['first'], ['customer']]);
  });

  it('the customer is taken back from a script', async () => {
    const { world, customer, first } = await talk();
    world.http.on('https://backend.example/self', JSON.stringify([{ verb: 'pause', length: 500 }]));
    await world.act({ kind: 'runScript', agentId: 'AG1', script: { url: 'https://backend.example/self' } });
    expect(world.hears(customer)).toEqual([]);
    await world.act({ kind: 'takeBack', agentId: 'AG1' });
    expect([world.hears(customer), world.hears(first)]).toEqual([['first'], ['customer']]);
  });

  it('a supervisor ends it for everybody', async () => {
    const { world, customer, first } = await talk();
    await world.act({ kind: 'end' });
    expect([customer.status, first.status]).toEqual(['ended', 'ended']);
    expect(await world.contact()).toMatchObject({ status: 'finished', endedBy: 'admin', endCode: 'ok' });
  });

  it('ends once when both hang up at once, and the agent goes to after-call work once', async () => {
    const { world, customer, first } = await talk();
    customer.hangUp();
    first.hangUp();
    await world.advance(1000);
    const { pendingEvents } = await world.contact();
    expect(pendingEvents.filter(({ type }) => type === 'contact.completed')).toHaveLength(1);
    expect((await world.agent('AG1'))!.status).toBe('afterCallWork');
  });

  it('is over, with its record, when the node stops', async () => {
    const { world } = await talk();
    const draining = world.calls.drain(0);
    await world.advance(1000);
    await draining;
    expect(await world.contact()).toMatchObject({ status: 'finished', endCode: 'ok' });
    expect(world.contacts.size).toBe(0);
  });

  it('refuses what does not fit', async () => {
    const { world } = await talk();
    await expect(world.act({ kind: 'hold', agentId: 'AG2' })).rejects.toMatchObject({
      code: 'contact-act-not-possible',
    });
    await expect(world.act({ kind: 'accept', agentId: 'AG1' })).rejects.toMatchObject({
      code: 'contact-act-not-possible',
    });
    await expect(world.act({ kind: 'completeConsult', agentId: 'AG1' })).rejects.toMatchObject({
      code: 'contact-act-not-possible',
    });
    await world.act({ kind: 'end' });
    await expect(world.act({ kind: 'hold', agentId: 'AG1' })).rejects.toMatchObject({ code: 'contact-not-live' });
  });
});
