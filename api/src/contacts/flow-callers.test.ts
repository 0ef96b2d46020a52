import { describe, expect, it, vi } from 'vitest';
import type { FlowContact } from '../scripting/flow/flow-contact.js';
import type { CallOutside, CallQueue, QueueEnd } from '../scripting/index.js';
import { ContactWorld } from './contact-world.fixture.js';

const url = 'https://backend.example/voice';
const outsideNumber = '+442071838750';

/** A caller whose call has a script that only waits; what a flow would do is done by the test. */
async function caller(...online: readonly string[]) {
  const world = await new ContactWorld().start(...online);
  world.http.on(url, JSON.stringify([{ verb: 'answer' }, { verb: 'pause', length: 3600 }]));
  const farEnd = world.engine.network.call({
    from: '+8613800138000',
    to: '+861012345678',
    source: { kind: 'trunk', id: `TK${'4'.repeat(32)}` },
  });
  await world.advance(100);
  world.speak(farEnd, 'customer');
  const call = world.calls.registry.all()[0]!;
  return { world, farEnd, call, queue: world.contacts.queueOf(call) };
}
async function begun(...online: readonly string[]) {
  const made = await caller(...online);
  const contact = await within(made.world, made.queue.contact());
  return { ...made, contact };
}
async function within<Result>(world: ContactWorld, work: Promise<Result>): Promise<Result> {
  work.catch(() => undefined);
  await world.advance(10);
  return work;
}
const rules = {
  skillGroup: 'Sales',
  preferredAgentIds: [],
  priority: 0,
  onNoSeat: 'turnAway',
  record: 'do-not-record',
  endsAfterTalk: true,
  keys: [],
  welcome: async () => {},
} as const;

describe('a caller in a flow', () => {
  it('is a contact from the beginning, once, with where it is from; its end is the whole record', async () => {
    const { world, queue, contact, farEnd } = await begun();
    expect((await within(world, queue.contact())).id).toBe(contact.id);
    expect(await world.contact()).toMatchObject({
      id: contact.id,
      status: 'ivr',
      customer: '+8613800138000',
      location: { province: 'Beijing' },
    });
    farEnd.hangUp();
    await world.advance(100);
    expect(await world.contact()).toMatchObject({ status: 'finished', endCode: 'ivrGiveUp', endedBy: 'customer' });
    expect(world.contacts.size).toBe(0);
  });

  it('SOFTIN-07 shows its keys to who reads it while it is still in its flow', async () => {
    const { world, contact } = await begun();
    contact.pressed('1', 'Sales');
    contact.pressed('2', 'Spare parts');
    const keys = [
      { key: '1', label: 'Sales' },
      { key: '2', label: 'Spare parts' },
    ];
    expect(await world.act({ kind: 'writeKept' })).toMatchObject({ status: 'ivr', keys });
  });

  it('ends as its flow says where the platform hangs up, and as an error where the flow broke', async () => {
    for (const [reason, endCode] of [
      ['hangup', 'notWorkTime'],
      ['script-failed', 'error'],
    ] as const) {
      const { world, contact, call } = await begun();
      contact.endsAs('notWorkTime');
      call.leg.hangUp({ by: 'system', reason });
      await world.advance(100);
      expect(await world.contact()).toMatchObject({ status: 'finished', endCode, endedBy: 'system' });
    }
  });

  it('costs two writes, whatever keys it presses', async () => {
    const { world, farEnd } = await caller();
    const asked = (['insert', 'change', 'findMany', 'get'] as const).map((name) => vi.spyOn(world.store, name));
    const contact = await within(world, world.contacts.queueOf(world.calls.registry.all()[0]!).contact());
    for (const key of ['1', '2', '3']) {
      contact.pressed(key, `Key ${key}`);
      await world.advance(1000);
    }
    farEnd.hangUp();
    await world.advance(100);
    expect(asked.map(({ mock }) => mock.calls.length)).toEqual([1, 1, 0, 0]);
    expect((await world.contact()).keys.map(({ key }) => key)).toEqual(['1', '2', '3']);
  });

  it('SOFTIN-07 takes its keys along to the agent, and is the same contact in the queue', async () => {
    const { world, contact, queue, farEnd } = await begun('AG1');
    contact.pressed('2', 'Service');
    const queued = await within(world, queue.join(rules));
    expect(queued.contactId).toBe(contact.id);
    await world.advance(100);
    const [, callIn] = world.told.find(([, { type }]) => type === 'callIn')!;
    expect(callIn).toMatchObject({ ivrPath: [{ key: '2', label: 'Service' }] });
    const first = await world.answer('AG1', 'first');
    expect([world.hears(farEnd), world.hears(first)]).toEqual([['first'], ['customer']]);
    const { startedAt, queuedAt } = await world.contact();
    expect(queuedAt!).toBeGreaterThan(startedAt);
    farEnd.hangUp();
    await world.advance(100);
    expect(await queued.over).toMatchObject({ queueResult: 'connected', agentId: 'AG1' });
  });

  it('IVR-18 knows at once whether anybody is there, and says so in the record', async () => {
    const { world, queue, farEnd } = await begun('AG3');
    expect(await within(world, queue.hasSeat({ skillGroup: 'Service', preferredAgentIds: [] }))).toBe(true);
    const sales = { skillGroup: 'Sales', preferredAgentIds: [] };
    for (const more of [{ overflowSkillGroupIds: ['SG2'] }, { preferredAgentIds: ['ag3@example.com'] }]) {
      expect(await within(world, queue.hasSeat({ ...sales, ...more }))).toBe(true);
    }
    expect(await within(world, queue.hasSeat({ agentIds: ['1003'], preferredAgentIds: [] }))).toBe(true);
    expect(await within(world, queue.hasSeat({ agentIds: ['1001'], preferredAgentIds: [] }))).toBe(false);
    expect(await within(world, queue.hasSeat(sales))).toBe(false);
    await expect(within(world, queue.hasSeat({ agentIds: ['4711'], preferredAgentIds: [] }))).rejects.toMatchObject({
      code: 'agent-unavailable',
    });
    farEnd.hangUp();
    await world.advance(100);
    expect(await world.contact()).toMatchObject({ endCode: 'noSeatOnline', skillGroupId: 'SG1' });
  });

  it('IVR-20 is served by the second group; the record has both', async () => {
    const { world, queue } = await begun('AG1', 'AG3');
    await world.signal('AG1', { type: 'placeCall', contactId: 'CNx', nodeId: 'n' });
    await within(world, queue.join({ ...rules, overflowSkillGroupIds: ['SG2'] }));
    await world.advance(100);
    await world.answer('AG3', 'third');
    const { skillGroupId, participants, trail } = await world.contact();
    expect([skillGroupId, participants[1]!.skillGroupId]).toEqual(['SG1', 'SG2']);
    expect(trail.find(({ what }) => what === 'offered')!.because).toMatchObject([
      { code: 'overflow', skillGroupId: 'SG2', afterSeconds: 0 },
      {},
    ]);
  });

  it('IVR-21 asks those first whom it names, by e-mail address', async () => {
    const { world, queue } = await begun('AG1', 'AG2');
    const preferredAgentIds = ['nobody@example.com', 'ag2@example.com', 'ag1@example.com'];
    await within(world, queue.join({ ...rules, preferredSkillGroup: 'None', preferredAgentIds }));
    await world.advance(100);
    expect([world.rings('AG1'), world.rings('AG2')]).toEqual([false, true]);
  });
});

describe('IVR-25 a caller put through to an outside line', () => {
  const line: CallOutside = { number: outsideNumber, callerNumberIds: [], ringSeconds: 20, record: 'do-not-record' };
  const called = async (): Promise<
    { world: ContactWorld; line: Awaited<ReturnType<CallQueue['callOut']>> } & Awaited<ReturnType<typeof begun>>
  > => {
    const made = await begun();
    const out = await within(made.world, made.queue.callOut(line));
    await made.world.advance(100);
    return { ...made, line: out };
  };

  it('hears it, and is heard, until it hangs up; then the flow goes on', async () => {
    const { world, farEnd, line: out } = await called();
    expect(out.waiting.aborted).toBe(false);
    const outside = await world.answer(outsideNumber, 'outside');
    expect(out.waiting.aborted).toBe(true);
    expect([world.hears(farEnd), world.hears(outside)]).toEqual([['outside'], ['customer']]);
    outside.hangUp();
    await world.advance(100);
    expect((await out.over).queueResult).toBe('connected');
    expect(farEnd.status).toBe('answered');
    expect((await world.contact()).status).toBe('ivr');
  });

  it('that is busy, or that nobody answers in its time, lets the flow go on', async () => {
    const busy = await called();
    busy.world.phone(outsideNumber).refuse(486);
    await busy.world.advance(100);
    const silent = await called();
    silent.world.phone(outsideNumber).ring();
    await silent.world.advance(21_000);
    const results: QueueEnd['queueResult'][] = [];
    for (const { line: out } of [busy, silent]) results.push((await out.over).queueResult);
    expect(results).toEqual(['busy', 'noAnswer']);
  });

  it('whose flow is interrupted stops it', async () => {
    const { world, line: out } = await called();
    out.abandon();
    await world.advance(100);
    expect(world.rings(outsideNumber)).toBe(false);
    expect((await out.over).queueResult).toBe('left');
  });
});

describe('what a caller leaves', () => {
  const leave = async (does: (contact: FlowContact) => unknown) => {
    const made = await begun('AG1', 'AG3');
    made.world.settings = { ...made.world.settings, numberProtection: { inbound: 'mask', outbound: 'off' } };
    await within(made.world, Promise.resolve(does(made.contact)));
    await made.world.advance(100);
    return made;
  };

  it('a message is told to the agents of its group, who see of the number what they may', async () => {
    const { world, contact } = await leave((flow) => {
      flow.voicemailBegins({ recordingId: 'RE1', skillGroupId: 'SG1' });
      flow.voicemailEnded('RE1', 7);
    });
    const caller = { sessionId: contact.id, callerPhoneNumber: '+86138****8000' };
    const event = { type: 'voicemailLeft', recordingId: 'RE1', durationSeconds: 7, ...caller };
    expect(world.told).toEqual([
      ['AG1', event],
      ['AG2', event],
    ]);
  });

  it('a callback request is kept, and told to its group', async () => {
    const asked = { number: '+8613800138000', skillGroupId: 'SG2', note: 'Order 4711' };
    const { world, contact } = await leave((flow) => flow.callback(asked));
    expect(world.callbacks).toEqual([{ ...asked, accountId: expect.any(String), contactId: contact.id }]);
    expect(world.told.map(([agent, { type }]) => [agent, type])).toEqual([['AG3', 'callbackRequested']]);
  });
});
