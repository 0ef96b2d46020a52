import { beforeAll, describe, expect, it } from 'vitest';
import type { Reply } from '../../peers/recording-http-server.js';
import { useCentre } from '../contact-centre/centre.js';
import { FlowCentre } from './flow-centre.js';
import { callFlow, end, flowEvents, heardBy, playing, tonesHeardBy } from './flow-line.js';

const on = useCentre({ name: 'flows_digits_and_apis', redisDatabase: 78 });
let flows: FlowCentre;
beforeAll(() => {
  flows = new FlowCentre(on.centre);
});

/** Asks for digits with a prompt, tells of time-outs and faults, and then plays music. */
async function collecting(more: object) {
  const [ask, late, wrong, music] = [
    await flows.tone('prompt'),
    await flows.tone('agent'),
    await flows.tone('supervisor'),
    await flows.tone('music'),
  ];
  return [
    {
      id: 'digits',
      kind: 'collectDigits',
      prompts: [ask],
      timeoutPrompts: [late],
      failurePrompts: [wrong],
      variable: 'entry',
      exits: { next: 'after' },
      ...more,
    },
    playing('after', music),
    end,
  ];
}

async function entry(customer: Awaited<ReturnType<typeof callFlow>>): Promise<unknown> {
  await customer.call.ended;
  const [set] = await flowEvents(on.centre.world, customer, 'variable');
  return set?.value;
}

describe.concurrent('digits in a flow', () => {
  it('IVR-26 end with # or with the tenth', async () => {
    const nodes = await collecting({ maxLength: 10, timeout: 60 });
    const byKey = await callFlow(flows, nodes);
    await byKey.call.media.hears('prompt');
    await byKey.call.media.sendDigits('123#');
    expect(await entry(byKey)).toBe('123');
    const byLength = await callFlow(flows, nodes);
    await byLength.call.media.hears('prompt');
    await byLength.call.media.sendDigits('0123456789');
    expect(await entry(byLength)).toBe('0123456789');
  });

  it('IVR-27 go on by themselves after the eleventh of eleven', async () => {
    const customer = await callFlow(flows, await collecting({ fixedLength: 11, timeout: 60 }));
    await customer.call.media.hears('prompt');
    await customer.call.media.sendDigits('13912345678');
    await customer.call.media.hears('music');
    expect(await entry(customer)).toBe('13912345678');
  });

  it('that are secret stand nowhere in the timeline, and the business’s own system gets them', async () => {
    const { world } = on.centre;
    const path = world.script({ status: 200, headers: { 'content-type': 'application/json' }, body: '{}' });
    const [digits, ...rest] = await collecting({ fixedLength: 6, timeout: 60, secret: true, exits: { next: 'api' } });
    const inputs = [{ name: 'pin', value: '${entry}' }];
    const api = { id: 'api', kind: 'callApi', url: world.backend.url(path), inputs, exits: { next: 'after' } };
    const customer = await callFlow(flows, [digits!, api, ...rest]);
    await customer.call.media.hears('prompt');
    await customer.call.media.sendDigits('739182');
    expect(await entry(customer)).toBe('***');
    expect(await world.backend.request(path)).toEqual({ pin: '739182' });
    const { participants } = await flows.now(customer);
    const timeline = await world.timeline(participants[0]!.callId!);
    expect(timeline.filter(({ kind }) => kind === 'digit').map(({ summary }) => summary)).toEqual(
      Array(6).fill('a key'),
    );
    expect(JSON.stringify(timeline)).not.toContain('739182');
  });

  it('IVR-28 IVR-29 IVR-30 are asked for on entry and on each retry, after a time-out that is told', async () => {
    const customer = await callFlow(flows, await collecting({ maxLength: 10, timeout: 2, maxErrors: 2 }));
    expect(await customer.call.ended).toEqual({ by: 'them', how: 'BYE' });
    const heard = heardBy(customer);
    expect(heard.map(({ party }) => party)).toEqual(['prompt', 'agent', 'prompt', 'agent', 'supervisor']);
    for (const at of [0, 2]) {
      const waited = heard[at + 1]!.fromMs - (heard[at]!.fromMs + heard[at]!.ms);
      expect(waited).toBeGreaterThan(1500);
      expect(waited).toBeLessThan(2500);
    }
  });

  it('IVR-29 time out where no further digit comes', async () => {
    const customer = await callFlow(flows, await collecting({ maxLength: 10, timeout: 2, maxErrors: 1 }));
    await customer.call.media.hears('prompt');
    await customer.call.media.sendDigits('12');
    await customer.call.ended;
    expect(tonesHeardBy(customer)).toEqual(['prompt', 'agent', 'supervisor']);
    expect(await entry(customer)).toBeUndefined();
  });

  it('IVR-31 are told to be wrong where they are too few, or a key is none', async () => {
    const customer = await callFlow(flows, await collecting({ fixedLength: 4, timeout: 60 }));
    await customer.call.media.hears('prompt');
    await customer.call.media.sendDigits('12#');
    await customer.call.media.hears('supervisor');
    await customer.call.media.hears('prompt');
    await customer.call.media.sendDigits('1*');
    await customer.call.media.hears('supervisor');
    await customer.call.media.hears('prompt');
    await customer.call.media.sendDigits('1234');
    expect(await entry(customer)).toBe('1234');
  });

  it('IVR-32 hang up after the second failure', async () => {
    const customer = await callFlow(flows, await collecting({ maxLength: 4, timeout: 60, maxErrors: 2 }));
    for (let error = 0; error < 2; error += 1) {
      await customer.call.media.hears('prompt');
      await customer.call.media.sendDigits('*');
    }
    expect(await customer.call.ended).toEqual({ by: 'them', how: 'BYE' });
    expect(tonesHeardBy(customer)).toEqual(['prompt', 'supervisor', 'prompt', 'supervisor']);
    expect(await flows.finished(customer)).toMatchObject({ endCode: 'ivrEnd' });
  });

  it('IVR-33 are kept in a variable that is spoken and posted', async () => {
    const { world } = on.centre;
    const path = world.newPath('order');
    world.backend.answer(path, asJson({}));
    const nodes = [
      {
        id: 'digits',
        kind: 'collectDigits',
        prompts: [],
        variable: 'order',
        maxLength: 4,
        timeout: 60,
        exits: { next: 'say' },
      },
      { id: 'say', kind: 'say', text: '${order}', exits: { next: 'post' } },
      {
        id: 'post',
        kind: 'callApi',
        url: world.backend.url(path),
        inputs: [{ name: 'order', value: '${order}' }],
        exits: { next: 'end' },
      },
      end,
    ];
    const customer = await callFlow(flows, nodes);
    await customer.call.media.sendDigits('4711');
    expect(await world.backend.request(path)).toEqual({ order: '4711' });
    await customer.call.ended;
    expect(customer.call.media.ear.samples().some((sample) => Math.abs(sample) > 500)).toBe(true);
  });
});

describe.concurrent('an API in a flow', () => {
  /** Asks, then goes to music where `status` is `paid`, to a prompt where it is the default. */
  async function asking(reply: Reply | ((request: { body: string }) => Reply), more: object = {}) {
    const { world } = on.centre;
    const path = world.newPath('api');
    world.backend.answer(path, reply as Reply);
    const rule = { all: [{ value: '${status}', operator: 'equals', operand: 'paid' }], next: 'paid' };
    const nodes = [
      {
        id: 'api',
        kind: 'callApi',
        url: world.backend.url(path),
        outputs: [{ name: 'status', default: 'unknown' }],
        exits: { next: 'which' },
        ...more,
      },
      { id: 'which', kind: 'condition', rules: [rule], exits: { default: 'unknown' } },
      playing('paid', await flows.tone('music')),
      playing('unknown', await flows.tone('prompt')),
      end,
    ];
    const customer = await callFlow(flows, nodes);
    return { customer, path, requests: () => world.backend.requests.all.filter((request) => request.path === path) };
  }

  it('IVR-34 is tried exactly as often as configured where it answers 500, then the defaults count', async () => {
    const { customer, requests } = await asking({ status: 500, body: '{"status":"paid"}' }, { tries: 3 });
    await customer.call.ended;
    expect(requests()).toHaveLength(3);
    expect(tonesHeardBy(customer)).toEqual(['prompt']);
  });

  it('IVR-35 fails a try at its time limit; the caller waits no longer than all of them', async () => {
    const { customer, requests } = await asking({ hang: true }, { tries: 2, timeout: 1 });
    await customer.call.ended;
    expect(requests()).toHaveLength(2);
    expect(tonesHeardBy(customer)).toEqual(['prompt']);
    const tries = await flowEvents(on.centre.world, customer, 'request');
    expect(tries.map(({ code }) => code)).toEqual(['request-timeout', 'request-timeout']);
    for (const { latencyMs } of tries) expect(Number(latencyMs)).toBeGreaterThanOrEqual(950);
  });

  it('IVR-36 gets one signed POST of JSON a try at its URL', async () => {
    const { customer, requests } = await asking(asJson({ status: 'paid' }));
    await customer.call.ended;
    const [request] = requests();
    expect(requests()).toHaveLength(1);
    expect(request).toMatchObject({ method: 'POST', signature: 'valid' });
    expect(request!.headers['content-type']).toMatch(/^application\/json/);
    expect(tonesHeardBy(customer)).toEqual(['music']);
  });

  it('IVR-37 gets exactly its inputs, the system’s resolved; what its answer has not takes the default', async () => {
    const inputs = ['SystemCallerNumber', 'SystemCalleeNumber', 'SystemSessionId'].map((name) => ({
      name,
      value: `\${${name}}`,
    }));
    const outputs = [{ name: 'status', default: 'unknown' }, { name: 'tier', default: 'standard' }, { name: 'points' }];
    const { customer, path } = await asking(asJson({ status: 'paid', points: 12, more: 'dropped' }), {
      inputs,
      outputs,
    });
    const body = await on.centre.world.backend.request(path);
    expect(body).toEqual({
      SystemCallerNumber: customer.from,
      SystemCalleeNumber: expect.stringMatching(/^\+1555/),
      SystemSessionId: customer.contactId,
    });
    await customer.call.ended;
    const set = await flowEvents(on.centre.world, customer, 'variable');
    expect(set.map(({ name, value }) => [name, value])).toEqual([
      ['status', 'paid'],
      ['tier', 'standard'],
      ['points', '12'],
    ]);
  });

  it.each([
    ['HTML', { headers: { 'content-type': 'text/html' }, body: '<html><body>Sorry</body></html>' }, undefined],
    ['10 MB', asJson({ status: 'paid', filler: 'x'.repeat(10 * 1024 * 1024) }), 'response-too-large'],
    ['a redirect to a private address', { status: 302, headers: { location: 'http://10.0.0.1/' } }, 'address-refused'],
    ['a connection that breaks', { drop: true }, 'connection-lost'],
  ] as [string, Reply, string | undefined][])(
    'that answers %s leads to the defaults, never to silence',
    async (_what, reply, code) => {
      const { customer } = await asking(reply, { tries: 1 });
      expect(await customer.call.ended).toEqual({ by: 'them', how: 'BYE' });
      expect(tonesHeardBy(customer)).toEqual(['prompt']);
      const [request] = await flowEvents(on.centre.world, customer, 'request');
      expect(request!.code).toBe(code);
    },
  );

  it('lets the caller hear something meanwhile, again and again', async () => {
    const waitPrompts = [await flows.tone('agent')];
    const { customer } = await asking({ ...asJson({ status: 'paid' }), delayMs: 3500 }, { waitPrompts, timeout: 20 });
    await customer.call.ended;
    const heard = heardBy(customer);
    expect(heard.map(({ party }) => party).filter((party, at, all) => party !== all[at - 1])).toEqual([
      'agent',
      'music',
    ]);
    expect(heard.filter(({ party }) => party === 'agent').reduce((sum, { ms }) => sum + ms, 0)).toBeGreaterThan(2500);
  });
});

describe.concurrent('decisions and ends of a flow', () => {
  it('IVR-38 go to the branch from 90 on for a score of 95, by every operator, and to the default where nothing holds', async () => {
    const { world } = on.centre;
    const path = world.newPath('score');
    const compare = (operator: string, operand: string) => ({ value: '${score}', operator, operand, type: 'number' });
    const nodes = [
      {
        id: 'ask',
        kind: 'callApi',
        url: world.backend.url(path),
        outputs: [{ name: 'score' }],
        exits: { next: 'score' },
      },
      {
        id: 'score',
        kind: 'condition',
        rules: [
          { all: [compare('atLeast', '90'), compare('notEquals', '92')], next: 'best' },
          { all: [compare('greaterThan', '50'), compare('lessThan', '60')], next: 'middle' },
          { all: [compare('atMost', '10'), compare('equals', '7')], next: 'seven' },
        ],
        exits: { default: 'rest' },
      },
      playing('best', await flows.tone('music')),
      playing('middle', await flows.tone('prompt')),
      playing('seven', await flows.tone('supervisor')),
      playing('rest', await flows.tone('agent')),
      end,
    ];
    const line = await flows.line(nodes);
    const cases = [
      ['95', 'music'],
      ['92', 'agent'],
      ['55', 'prompt'],
      ['7.0', 'supervisor'],
      ['8', 'agent'],
      ['none', 'agent'],
    ];
    for (const [score, tone] of cases) {
      world.backend.answer(path, asJson({ score }));
      const customer = await flows.call(line);
      await customer.call.ended;
      expect([score, tonesHeardBy(customer)]).toEqual([score, [tone]]);
    }
  });

  it('IVR-39 hang up at the end node; without an agent the record says ivrEnd', async () => {
    const customer = await callFlow(flows, [{ ...end, prompts: [await flows.tone('prompt')] }]);
    expect(await customer.call.ended).toEqual({ by: 'them', how: 'BYE' });
    expect(tonesHeardBy(customer)).toEqual(['prompt']);
    expect(await flows.finished(customer)).toMatchObject({
      endCode: 'ivrEnd',
      endCodeNumber: 107,
      endedBy: 'system',
    });
  });
});

function asJson(body: object): Reply {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
