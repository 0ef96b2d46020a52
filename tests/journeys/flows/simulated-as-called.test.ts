import { beforeAll, expect, it } from 'vitest';
import type { ToneCall } from '../../peers/tone-phone/tone-call.js';
import { type Centre, useCentre } from '../contact-centre/centre.js';
import { FlowCentre, type FlowNode } from './flow-centre.js';

const on = useCentre({ name: 'flows_simulated', redisDatabase: 79 });
let flows: FlowCentre;
beforeAll(async () => {
  flows = new FlowCentre(on.centre);
  await on.centre.world.api.patch('/v1/contact-centre', { afterCallWorkSeconds: 0 });
});

/** What the caller does when it has come to a node. */
interface Act {
  readonly node: string;
  readonly press?: string;
  readonly hangUp?: true;
}

/** The same case for a phone and for a simulation. */
interface Case {
  readonly nodes: readonly FlowNode[];
  readonly acts?: readonly Act[];
  /** What the simulation is told of the world besides. */
  readonly world?: object;
  /** What happens to the real call meanwhile, besides what the caller does. */
  readonly meanwhile?: (call: ToneCall) => Promise<unknown>;
}

const say = (text: string) => [{ verb: 'say', text }];
const bye = (id = 'bye'): FlowNode => ({ id, kind: 'end', prompts: say('Bye.') });
const ends = [bye(), bye('other')];
const menu = (more: object = {}): FlowNode => ({
  ...{ id: 'menu', kind: 'menu', prompts: say('Press a key.'), timeout: 1, wrongKeyPrompts: say('Wrong.') },
  ...{ timeoutPrompts: say('Nothing.'), failurePrompts: say('Enough.') },
  keys: [
    { key: '1', label: 'Sales', next: 'bye' },
    { key: '*', label: '', next: 'other' },
  ],
  ...more,
});
const digits = (more: object): FlowNode => ({
  ...{ id: 'digits', kind: 'collectDigits', prompts: say('Enter.'), variable: 'entry', timeout: 1, maxErrors: 1 },
  exits: { next: 'set', failed: 'other' },
  ...more,
});
const set: FlowNode = {
  id: 'set',
  kind: 'setVariable',
  variables: [{ name: 'long', value: '<${entry}>' }],
  exits: { next: 'which' },
};
const which: FlowNode = {
  id: 'which',
  kind: 'condition',
  rules: [{ all: [{ value: '${entry}', operator: 'atLeast', operand: '90', type: 'number' }], next: 'bye' }],
  exits: { default: 'other' },
};

/** A request to the backend, which answers so; the simulation's node does too. */
function asksShop({ world }: Centre, status: number, body: object): Pick<Case, 'nodes' | 'world'> {
  const path = world.script({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const api: FlowNode = {
    ...{ id: 'api', kind: 'callApi', url: world.backend.url(path), timeout: 5, tries: 2, exits: { next: 'which' } },
    inputs: [{ name: 'caller', value: '${SystemCallerNumber}' }],
    outputs: [{ name: 'entry', default: '7' }],
  };
  return { nodes: [api, which, ...ends], world: { answers: [{ node: 'api', status, body }] } };
}

const cases: Readonly<Record<string, (centre: Centre) => Case | Promise<Case>>> = {
  'IVR-07 a key of a menu': () => ({ nodes: [menu(), ...ends], acts: [{ node: 'menu', press: '1' }] }),
  'IVR-08 no key, then one': () => ({
    nodes: [menu({ maxErrors: 3, exits: { timeout: 'again' } }), menu({ id: 'again', timeout: 5 }), ...ends],
    acts: [{ node: 'again', press: '*' }],
  }),
  'IVR-11 wrong keys until they are used up': () => ({
    nodes: [menu({ timeout: 5, maxErrors: 2, exits: { failed: 'other' } }), ...ends],
    acts: [{ node: 'menu', press: '77' }],
  }),
  'IVR-04 a key during a prompt that plays to its end counts for nothing': () => ({
    nodes: [
      {
        ...{ id: 'first', kind: 'say', text: 'Please listen to all of this first.', interruptible: false },
        exits: { next: 'menu' },
      },
      menu({ maxErrors: 1, exits: { failed: 'other' } }),
      ...ends,
    ],
    acts: [{ node: 'first', press: '1' }],
  }),
  'IVR-04 a key that ends a prompt counts for what follows': () => ({
    nodes: [
      { id: 'first', kind: 'say', text: 'Please listen to all of this first, it is long.', exits: { next: 'menu' } },
      menu({ timeout: 10, exits: { failed: 'other' } }),
      ...ends,
    ],
    acts: [{ node: 'first', press: '1' }],
  }),
  'IVR-05 a prompt that is said twice': () => ({
    nodes: [{ id: 'first', kind: 'say', text: 'Again.', plays: 2, exits: { next: 'bye' } }, ...ends],
  }),
  'IVR-20 two groups of which nobody is online': async (centre) => {
    const [group, helping] = [await centre.group(), await centre.group()];
    await centre.agent([group, helping], { online: false });
    return {
      nodes: [
        {
          ...{ id: 'group', kind: 'toSkillGroup', skillGroupId: group.id, overflowSkillGroupIds: [helping.id] },
          ...{ prompts: say('One moment.'), noSeatPrompts: say('Nobody is here.'), exits: { noSeatOnline: 'other' } },
        },
        ...ends,
      ],
      world: { queues: [{ node: 'group', result: 'noSeatOnline' }] },
    };
  },
  'IVR-03 an uploaded sound': async () => ({
    nodes: [
      { id: 'first', kind: 'play', audioId: (await flows.tone('prompt')).audioId, exits: { next: 'bye' } },
      ...ends,
    ],
  }),
  'IVR-09 IVR-10 a wrong key, then none': () => ({
    nodes: [menu({ maxErrors: 2, exits: { failed: 'other' } }), ...ends],
    acts: [{ node: 'menu', press: '7' }],
  }),
  'IVR-14 IVR-15 IVR-19 what is said on the way to an agent': async (centre) => {
    const group = await centre.group();
    const agent = await centre.agent([group]);
    return {
      nodes: [
        {
          ...{ id: 'group', kind: 'toSkillGroup', skillGroupId: group.id, prompts: say('One moment.') },
          ...{ waitPrompts: say('You are ${WaitNo}.'), connectPrompts: say('${StaffNo}.'), exits: { ended: 'bye' } },
        },
        ...ends,
      ],
      world: { queues: [{ node: 'group', afterSeconds: 1 }] },
      async meanwhile(call) {
        const talk = await agent.answers();
        await call.media.hears('agent');
        await talk.bye();
      },
    };
  },
  'IVR-24 a rating that is looked at': () => ({
    nodes: [
      {
        ...{ id: 'rate', kind: 'survey', prompts: say('Rate.'), variable: 'entry', timeout: 5 },
        ...{ keys: [{ key: '0', label: 'Bad' }], exits: { next: 'set' } },
      },
      set,
      which,
      ...ends,
    ],
    acts: [{ node: 'rate', press: '0' }],
  }),
  'IVR-29 IVR-30 no digits twice': () => ({
    nodes: [digits({ maxLength: 10, maxErrors: 2, timeoutPrompts: say('Nothing.') }), set, which, ...ends],
  }),
  'IVR-31 a key that is no digit': () => ({
    nodes: [digits({ maxLength: 10, timeout: 10, failurePrompts: say('Wrong.') }), set, which, ...ends],
    acts: [{ node: 'digits', press: '1*' }],
  }),
  'IVR-01 outside of the hours': () => ({
    nodes: [
      {
        ...{ id: 'hours', kind: 'workingHours', hours: { timeZone: 'Asia/Shanghai', weekly: [] } },
        exits: { open: 'bye', closed: 'other' },
      },
      ...ends,
    ],
  }),
  'IVR-12 a menu that a variable holds': () => ({
    nodes: [
      {
        ...{ id: 'set', kind: 'setVariable', exits: { next: 'menu' } },
        variables: [{ name: 'keys', value: '[{"digits":"3","name":"x","label":"Three","next":"other"}]' }],
      },
      { id: 'menu', kind: 'dynamicMenu', prompts: say('Press.'), variable: 'keys', targets: ['bye', 'other'] },
      ...ends,
    ],
    acts: [{ node: 'menu', press: '3' }],
  }),
  'IVR-26 digits up to a number sign, set, compared': () => ({
    nodes: [digits({ maxLength: 10, timeout: 5 }), set, which, ...ends],
    acts: [{ node: 'digits', press: '95#' }],
  }),
  'IVR-27 so many digits': () => ({
    nodes: [digits({ fixedLength: 3, timeout: 5 }), set, which, ...ends],
    acts: [{ node: 'digits', press: '012' }],
  }),
  'IVR-32 no digits at all': () => ({ nodes: [digits({ maxLength: 10 }), set, which, ...ends] }),
  'IVR-34 an address that fails': (centre) => asksShop(centre, 500, {}),
  'IVR-37 an address that answers': (centre) => asksShop(centre, 200, { entry: 95, more: true }),
  'IVR-39 a caller who hangs up': () => ({
    nodes: [menu({ timeout: 60 }), ...ends],
    acts: [{ node: 'menu', hangUp: true }],
  }),
  'a flow in a flow': async () => ({
    nodes: [
      {
        ...{ id: 'sub', kind: 'subFlow', inputs: [{ name: 'given', value: '8' }], exits: { next: 'which' } },
        ...{ flowId: await flows.flow([menu(), ...ends]), outputs: [{ name: 'given', variable: 'entry' }] },
      },
      which,
      ...ends,
    ],
    acts: [{ node: 'menu', press: '1' }],
  }),
  'IVR-13 a talk with an agent, who hangs up': async (centre) => {
    const group = await centre.group();
    const agent = await centre.agent([group]);
    return {
      nodes: [{ id: 'group', kind: 'toSkillGroup', skillGroupId: group.id, exits: { ended: 'bye' } }, ...ends],
      world: { queues: [{ node: 'group', afterSeconds: 1 }] },
      async meanwhile(call) {
        const talk = await agent.answers();
        await call.media.hears('agent');
        await talk.bye();
      },
    };
  },
  'IVR-18 nobody is online': async (centre) => {
    const group = await centre.group();
    await centre.agent([group], { online: false });
    return {
      nodes: [{ id: 'group', kind: 'toSkillGroup', skillGroupId: group.id, exits: { noSeatOnline: 'other' } }, ...ends],
      world: { queues: [{ node: 'group', result: 'noSeatOnline' }] },
    };
  },
  'IVR-16 leaves the queue by a key': async (centre) => {
    const group = await centre.group();
    await (await centre.agent([group])).ask('notReady');
    return {
      nodes: [
        {
          ...{ id: 'group', kind: 'toSkillGroup', skillGroupId: group.id, waitPrompts: say('Please wait.') },
          ...{ leaveOnKey: '9', exits: { left: 'other' } },
        },
        ...ends,
      ],
      acts: [{ node: 'group', press: '9' }],
      world: { queues: [{ node: 'group', result: 'waits' }] },
    };
  },
  'IVR-16 waits too long': async (centre) => {
    const group = await centre.group();
    await (await centre.agent([group])).ask('notReady');
    return {
      nodes: [
        {
          ...{ id: 'group', kind: 'toSkillGroup', skillGroupId: group.id, waitPrompts: say('Please wait.') },
          ...{ timeout: 1, timeoutGrace: 1, exits: { timeout: 'other' } },
        },
        ...ends,
      ],
      world: { queues: [{ node: 'group', result: 'waits' }] },
    };
  },
  'IVR-25 an outside line that is busy': ({ world }) => {
    const to = world.newNumber('b');
    return {
      nodes: [{ id: 'line', kind: 'toExternalLine', to, exits: { busy: 'other', failed: 'bye' } }, ...ends],
      world: { lines: [{ node: 'line', result: 'busy' }] },
      meanwhile: async () => (await world.carried('b', to)).reject(486),
    };
  },
  'IVR-25 an outside line that answers, and hangs up': ({ world }) => {
    const to = world.newNumber('b');
    return {
      nodes: [{ id: 'line', kind: 'toExternalLine', to, exits: { ended: 'other', failed: 'bye' } }, ...ends],
      world: { lines: [{ node: 'line', afterSeconds: 1, talkSeconds: 2 }] },
      async meanwhile(call) {
        const other = await world.carried('b', to);
        await other.answer();
        await call.media.hears('agent');
        await other.bye();
      },
    };
  },
  'IVR-25 an outside line that nobody answers': ({ world }) => {
    const to = world.newNumber('b');
    return {
      nodes: [
        { id: 'line', kind: 'toExternalLine', to, timeout: 5, exits: { noAnswer: 'other', failed: 'bye' } },
        ...ends,
      ],
      world: { lines: [{ node: 'line', result: 'noAnswer' }] },
      meanwhile: async () => (await world.carried('b', to)).ring(),
    };
  },
  'IVR-25 a caller who hangs up while an outside line rings': ({ world }) => {
    const to = world.newNumber('b');
    return {
      nodes: [{ id: 'line', kind: 'toExternalLine', to }],
      world: { lines: [{ node: 'line', afterSeconds: 20 }], caller: [{ node: 'line', hangUp: true }] },
      async meanwhile(call) {
        (await world.carried('b', to)).ring();
        await call.bye();
      },
    };
  },
  'IVR-23 no rating': () => ({
    nodes: [
      {
        ...{ id: 'rate', kind: 'survey', prompts: say('Rate.'), variable: 'rating', timeout: 1 },
        ...{ keys: [{ key: '1', label: 'Satisfied' }], exits: { next: 'bye' } },
      },
      ...ends,
    ],
  }),
  'IVR-16 a caller who hangs up in the queue': async (centre) => {
    const group = await centre.group();
    await (await centre.agent([group])).ask('notReady');
    return {
      nodes: [{ id: 'group', kind: 'toSkillGroup', skillGroupId: group.id, waitPrompts: say('Please wait.') }],
      acts: [{ node: 'group', hangUp: true }],
      world: { queues: [{ node: 'group', result: 'waits' }] },
    };
  },
  'a callback request': async (centre) => {
    const group = await centre.group();
    await centre.agent([group]);
    return {
      nodes: [{ id: 'back', kind: 'callback', skillGroupId: group.id, exits: { next: 'bye' } }, ...ends],
    };
  },
  'a message as long as may be': () => ({
    nodes: [{ id: 'message', kind: 'voicemail', maxLength: 3, exits: { next: 'bye' } }, ...ends],
  }),
  'IVR-23 a rating': () => ({
    nodes: [
      {
        ...{ id: 'rate', kind: 'survey', prompts: say('Rate.'), variable: 'rating', timeout: 5 },
        ...{ keys: [{ key: '1', label: 'Satisfied' }], exits: { next: 'bye' } },
      },
      ...ends,
    ],
    acts: [{ node: 'rate', press: '1' }],
  }),
};

it.concurrent.each(Object.entries(cases))('%s: a simulated call comes the same way as a real one', async (_, make) => {
  const { world } = on.centre;
  const tried = await make(on.centre);
  const line = await flows.line(tried.nodes);
  const { call, contactId } = await flows.call(line);
  const callId = await world.eventually('the call', async () => {
    const { items } = await world.api.get<{ items: { id: string; direction: string }[] }>(
      `/v1/calls?contactId=${contactId}`,
    );
    return items.find(({ direction }) => direction === 'inbound')?.id;
  });
  const over = tried.meanwhile?.(call);
  for (const { node, press, hangUp } of tried.acts ?? []) {
    await world.eventually(`the call at ${node}`, async () =>
      (await flowTrace(callId)).some((entry) => entry.event === 'entered' && entry.node === node) ? true : undefined,
    );
    if (press !== undefined) await call.media.sendDigits(press);
    if (hangUp) await call.bye();
  }
  await over;
  await call.ended;
  await world.cdr(callId);
  const real = await world.eventually('the whole timeline', async () => {
    const trace = await flowTrace(callId);
    return trace.some(({ event, flowId }) => event === 'ended' && flowId === line.flowId) ? trace : undefined;
  });
  const simulated = await world.api.post<{ trace: Entry[]; contact: { endCode: string } }>(
    `/v1/flows/${line.flowId}/simulations`,
    {
      version: '1.0',
      caller: (tried.acts ?? []).map((act) => ({ ...act, afterSeconds: 0.3 })),
      ...tried.world,
    },
  );
  expect(simulated.trace.filter(({ kind }) => kind === 'flow').map(shown)).toEqual(real);
  expect(simulated.contact.endCode).toBe((await flows.finished({ contactId })).endCode);
});

interface Entry {
  readonly kind: string;
  readonly detail: Readonly<Record<string, unknown>> | null;
}

async function flowTrace(callId: string) {
  const timeline = await on.centre.world.timeline(callId);
  return timeline.filter(({ kind }) => kind === 'flow').map(shown);
}

/** Of an entry what does not tell of times. */
function shown({ detail }: Entry) {
  const { event, flowId, version, node, exit, next, key, label, name, value, how, status } = detail ?? {};
  return { event, flowId, version, node, exit, next, key, label, name, value, how, status };
}
