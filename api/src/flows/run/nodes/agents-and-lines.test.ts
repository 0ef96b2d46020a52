import { BaseError } from '@hookswitch/kernel/base-error';
import { describe, expect, it } from 'vitest';
import { type FlowCallOptions, flowCall } from '../flow-call.fixture.js';

const skillGroupId = `SG${'1'.repeat(32)}`;
const otherGroup = `SG${'2'.repeat(32)}`;
const askUrl = 'https://crm.example/seats?action=specifiedSeat&version=1';
const say = (text: string) => ({ verb: 'say', text });
const heardNodes = ['ended', 'timeout', 'left', 'noSeatOnline', 'failed', 'busy', 'noAnswer'].map((exit) => ({
  id: exit,
  kind: 'say',
  text: `by ${exit}`,
  exits: { next: 'end' },
}));
const everyExit = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, name]));
const agentExits = everyExit('ended', 'timeout', 'left', 'noSeatOnline', 'failed');

/** A call that is led to one node, whose exits say their names. */
function at(node: object, options: Partial<FlowCallOptions> = {}) {
  const first = { id: 'node', exits: agentExits, ...node };
  return flowCall({ nodes: [first, ...heardNodes, { id: 'end', kind: 'end' }], ...options });
}
const toGroup = (more: object = {}, options: Partial<FlowCallOptions> = {}) =>
  at({ kind: 'toSkillGroup', skillGroupId, ...more }, options);

describe('to a skill group', () => {
  it('IVR-13 queues for the group it names, with the priority and the recording it asks for', async () => {
    const call = await toGroup({ priority: 7, record: 'record-from-answer-dual' });
    await call.advance(100);
    expect(call.queue.joins).toMatchObject([
      { skillGroup: skillGroupId, priority: 7, record: 'record-from-answer-dual', onNoSeat: 'turnAway', keys: [] },
    ]);
  });

  it('IVR-14 plays the transfer prompt once, before the queue', async () => {
    const call = await toGroup({ prompts: [say('One moment.')], waitPrompts: [say('Please wait.')] });
    expect([call.heard, call.queue.joins.length]).toEqual([['One moment.'], 0]);
    await call.advance(10_000);
    expect(call.queue.joins).toHaveLength(1);
    expect(new Set(call.heard.slice(1))).toEqual(new Set(['Please wait.']));
  });

  it('IVR-15 says how many are ahead and the expected wait, and the flow’s own variables, anew each time', async () => {
    const call = await toGroup(
      { waitPrompts: [say('${name}, ${WaitNo} ahead, ${ExpectedWait} seconds.')] },
      { variables: { name: 'Ann' } },
    );
    await call.advance(1500);
    call.queue.position = 1;
    await call.advance(3000);
    expect(call.heard[0]).toBe('Ann, 2 ahead, 60 seconds.');
    expect(call.heard.at(-1)).toBe('Ann, 0 ahead, 60 seconds.');
  });

  it('IVR-15 says a value that looks like a variable of the queue as it is', async () => {
    const call = await toGroup(
      { waitPrompts: [say('${name} ${WaitNo}')], connectPrompts: [say('${name} ${StaffNo}')] },
      { variables: { name: '${WaitNo}${StaffNo}' } },
    );
    await call.advance(1500);
    expect(call.heard[0]).toBe('${WaitNo}${StaffNo} 2');
  });

  it('IVR-15 runs a waiting flow again and again; its end waits on, `leave` leaves', async () => {
    const waitFlowId = `FL${'2'.repeat(32)}`;
    const call = await toGroup(
      { waitFlowId },
      {
        flows: {
          [waitFlowId]: [
            {
              id: 'menu',
              kind: 'menu',
              prompts: [say('Nine leaves.')],
              keys: [{ key: '9', next: 'out' }],
              timeout: 1,
              exits: { timeout: 'on' },
            },
            { id: 'on', kind: 'end' },
            { id: 'out', kind: 'end', leave: true },
          ],
        },
      },
    );
    await call.advance(6000);
    expect(call.heard.filter((text) => text === 'Nine leaves.').length).toBeGreaterThan(1);
    expect(call.queue.left).toEqual([]);
    call.caller.press('9');
    await call.advance(500);
    expect(call.queue.left).toEqual(['left']);
    expect(call.heard.at(-1)).toBe('by left');
  });

  it.each([
    ['5', [], 'Please wait.'],
    ['#', ['left'], 'by left'],
  ])('IVR-16 after the time-out prompt %s comes to %j', async (key, left, heard) => {
    const call = await toGroup({
      waitPrompts: [say('Please wait.')],
      timeout: 5,
      timeoutPrompts: [say('${WaitNo} ahead. Hash to leave.')],
    });
    await call.advance(5100);
    expect(call.heard.at(-1)).toBe('2 ahead. Hash to leave.');
    call.caller.press(key);
    await call.advance(500);
    expect([call.queue.left, call.heard.at(-1)]).toEqual([left, heard]);
    expect(call.queue.joins).toHaveLength(1);
  });

  it('IVR-16 IVR-17 leaves by `timeout` where no key comes', async () => {
    const call = await toGroup({ timeout: 5, timeoutPrompts: [say('Hash to leave.')], timeoutGrace: 3 });
    await call.advance(20_000);
    expect([call.queue.left, call.heard.at(-1)]).toEqual([['timeout'], 'by timeout']);
  });

  it('IVR-18 says at once that nobody is there, without transfer prompt and queue', async () => {
    const closed = await toGroup(
      { prompts: [say('One moment.')], noSeatPrompts: [say('Nobody here.')] },
      {
        before: (made) => {
          made.queue.seat = false;
        },
      },
    );
    await closed.advance(5000);
    expect(closed.heard).toEqual(['Nobody here.', 'by noSeatOnline']);
    expect(closed.queue.joins).toEqual([]);
  });

  it.each([
    ['connected', 'by ended'],
    ['noSeatOnline', 'by noSeatOnline'],
    ['queueFull', 'by noSeatOnline'],
    ['failed', 'by failed'],
  ] as const)('goes on where the queue says %s', async (result, heard) => {
    const call = await toGroup({ noSeatPrompts: [say('Nobody here.')] });
    await call.advance(100);
    call.queue.end(result);
    await call.advance(5000);
    expect(call.heard.at(-1)).toBe(heard);
    expect(call.heard.includes('Nobody here.')).toBe(heard === 'by noSeatOnline');
  });

  it.each([
    ['connectPrompts', 'You talk to 1005.'],
    ['agentPrompts', 'A sale for 1005.'],
  ])('IVR-19 says its %s with the staff number before the talk', async (which, heard) => {
    const text = heard.replace('1005', '${StaffNo}');
    const call = await toGroup({ [which]: [say(text)] });
    await call.advance(100);
    call.queue.taken();
    // The agent's leg stands in for both.
    const welcomed = call.queue.joins[0]!.welcome({ leg: call.leg, staffNumber: '1005' }, new AbortController().signal);
    await call.advance(5000);
    await welcomed;
    expect(call.heard.at(-1)).toBe(heard);
  });

  it('IVR-20 names the groups that serve too', async () => {
    const call = await toGroup({ overflowSkillGroupIds: [otherGroup] });
    await call.advance(100);
    expect(call.queue.joins).toMatchObject([{ overflowSkillGroupIds: [otherGroup] }]);
  });

  it('a group that is gone, and one that says nothing of it, lead to `failed` or hang up', async () => {
    const gone = new BaseError('not_found', 'resource-not-found', 'There is no such group.');
    const refuse = { before: (made: { queue: { refusal: Error | undefined } }) => void (made.queue.refusal = gone) };
    const call = await toGroup({}, refuse);
    await call.advance(5000);
    expect(call.heard).toEqual(['by failed']);
    const bare = await toGroup({ exits: {} }, refuse);
    await bare.advance(5000);
    expect(bare.caller.status).toBe('ended');
  });

  it('OUTSET-05 asks for a rating where the agent left and nothing else follows', async () => {
    const surveyFlowId = `FL${'3'.repeat(32)}`;
    const call = await toGroup(
      { exits: {} },
      {
        flows: {
          [surveyFlowId]: [
            { id: 'ask', kind: 'survey', prompts: [say('Rate us.')], keys: [{ key: '1', label: 'Good' }], exits: {} },
          ],
        },
      },
    );
    await call.advance(100);
    expect(call.queue.joins).toMatchObject([{ endsAfterTalk: true }]);
    call.queue.end('connected', { surveyFlowId });
    await call.advance(500);
    call.caller.press('1');
    await call.advance(1000);
    expect(call.queue.told).toContainEqual(['rated', { key: '1', label: 'Good' }]);
    expect(call.caller.status).toBe('ended');
    const own = await toGroup();
    await own.advance(100);
    expect(own.queue.joins).toMatchObject([{ endsAfterTalk: false }]);
  });
});

describe('IVR-21 to agents whom the business names', () => {
  const asked = (answer: string, status = 200) =>
    toGroup(
      { specifiedAgentsUrl: 'https://crm.example/seats' },
      { http: (http) => void http.on(askUrl, { body: answer, status }) },
    );

  it('asks by that contract, and lets them come first, in their order, of the group it names', async () => {
    const answer = { RequestId: 'x', ErrCode: 0, SeatEmails: ['b@x.example', 'a@x.example'], SkillGroup: 'VIP' };
    const call = await asked(JSON.stringify(answer));
    await call.advance(100);
    expect(call.queue.joins).toMatchObject([
      {
        skillGroup: skillGroupId,
        preferredSkillGroup: 'VIP',
        preferredAgentIds: ['b@x.example', 'a@x.example'],
      },
    ]);
    const [request] = call.http.requests;
    expect([request!.method, request!.url]).toEqual(['POST', askUrl]);
    expect(JSON.parse(String(request!.body))).toEqual({
      RequestId: expect.stringMatching(/^RQ/),
      Timestamp: expect.any(Number),
      SdkAppId: 'AC1',
      SessionId: 'CN1',
      SessionType: 'tel',
      User: '004930111',
    });
  });

  it.each([
    ['an error', JSON.stringify({ ErrCode: 1, SeatEmails: ['a@x.example'] }), 200],
    ['no JSON', '<html>', 200],
    ['no list', JSON.stringify({ SeatEmails: 'a@x.example' }), 200],
    ['null', 'null', 200],
    ['a fault', JSON.stringify({ SeatEmails: ['a@x.example'] }), 500],
  ])('goes on as usual where the answer is %s', async (_what, answer, status) => {
    const call = await asked(answer, status);
    await call.advance(100);
    expect(call.queue.joins).toMatchObject([{ skillGroup: skillGroupId, preferredAgentIds: [] }]);
    expect(call.flowEvents('request')).toHaveLength(1);
  });
});

describe('to an agent', () => {
  it('queues for those it names, or for one from a variable', async () => {
    const agentIds = [`AG${'1'.repeat(32)}`];
    const named = await at({ kind: 'toAgent', agentIds });
    const found = await at({ kind: 'toAgent', agent: '${boss} ' }, { variables: { boss: 'ann@x.example' } });
    await Promise.all([named.advance(100), found.advance(100)]);
    expect(named.queue.joins).toMatchObject([{ agentIds }]);
    expect(found.queue.joins).toMatchObject([{ agentIds: ['ann@x.example'] }]);
  });
});

describe('IVR-25 to an external line', () => {
  const exits = everyExit('ended', 'busy', 'noAnswer', 'failed');
  const toLine = (more: object = {}) =>
    at({ kind: 'toExternalLine', to: '+${country}4155550100', exits, ...more }, { variables: { country: '1' } });

  it('calls the number, and plays the waiting audio until it answers', async () => {
    const callerNumberIds = [`PN${'1'.repeat(32)}`];
    const call = await toLine({ callerNumberIds, timeout: 20, waitPrompts: [say('We try to reach somebody.')] });
    await call.advance(6000);
    expect(call.queue.calledOut).toEqual([
      { number: '+14155550100', callerNumberIds, ringSeconds: 20, record: 'do-not-record' },
    ]);
    expect(call.heard.length).toBeGreaterThan(1);
    call.queue.taken();
    await call.advance(0);
    const { length } = call.heard;
    await call.advance(10_000);
    expect(call.heard).toHaveLength(length);
    call.queue.end('connected');
    await call.advance(5000);
    expect(call.heard.at(-1)).toBe('by ended');
  });

  it('hears the ringing tone where nothing else is said', async () => {
    const call = await toLine();
    await call.advance(5000);
    expect(call.heard).toEqual(['440+480']);
  });

  it.each([
    ['busy', 'by busy'],
    ['noAnswer', 'by noAnswer'],
    ['failed', 'by failed'],
  ] as const)('leaves by its exit where the line is %s, or by `failed`', async (result, heard) => {
    const call = await toLine();
    const bare = await toLine({ exits: { failed: 'failed' } });
    for (const each of [call, bare]) {
      await each.advance(100);
      each.queue.end(result);
      await each.advance(5000);
    }
    expect([call.heard.at(-1), bare.heard.at(-1)]).toEqual([heard, 'by failed']);
  });
});
