import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FlowDocument } from '../document/flow-document.js';
import { parseFlow } from '../document/parse-flow.js';
import type { FlowSource } from '../flow.js';
import { FlowNotFoundError } from '../flow-errors.js';
import { idOf } from '../validate/everything-there.fixture.js';
import { validFlow } from '../validate/valid-flow.fixture.js';
import { flowsWithin } from './flows-within.js';
import { simulateFlow } from './simulate-flow.js';
import { makeSimulatedEngine } from './simulated-engine.fixture.js';
import { type FlowSimulation, planOf, type SimulateFlowRequest } from './simulation.js';

const node = fc.integer({ min: 0, max: 29 }).map((index) => `n${index}`);
const seconds = fc.integer({ min: 0, max: 400 }).map((tenths) => tenths / 10);

/** A caller who presses now and then, and hangs up in the end. */
const caller = fc
  .array(fc.record({ afterSeconds: seconds, press: fc.stringMatching(/^[0-9*#]{1,12}$/) }), { maxLength: 12 })
  .map((acts) => [...acts, { afterSeconds: 600, hangUp: true }]);

const world: fc.Arbitrary<SimulateFlowRequest> = fc.record({
  caller,
  answers: fc.array(
    fc.record({
      node,
      status: fc.constantFrom(200, 200, 204, 302, 500),
      body: fc.constantFrom<unknown>(
        { a: '1', b: 2, c: null },
        '<html></html>',
        [],
        { a: JSON.stringify([{ digits: '1', name: 'x', label: 'X', next: 'n0' }]) },
        'x'.repeat(70_000),
      ),
      afterSeconds: fc.integer({ min: 0, max: 20 }),
      unreachable: fc.boolean(),
    }),
    { maxLength: 6 },
  ),
  queues: fc.array(
    fc.record({
      node,
      result: fc.constantFrom('answered', 'noSeatOnline', 'queueFull', 'waits'),
      afterSeconds: seconds,
      talkSeconds: seconds,
      endedBy: fc.constantFrom('agent', 'caller'),
    }),
    { maxLength: 6 },
  ),
  lines: fc.array(
    fc.record({
      node,
      result: fc.constantFrom('answered', 'busy', 'noAnswer', 'failed'),
      afterSeconds: seconds,
      talkSeconds: seconds,
      endedBy: fc.constantFrom('line', 'caller'),
    }),
    { maxLength: 6 },
  ),
});

const endCodes = [
  'ok',
  'error',
  'ivrGiveUp',
  'ivrEnd',
  'notWorkTime',
  'noSeatOnline',
  'waitingGiveUp',
  'ringingGiveUp',
  'outboundForward',
];

const tried = `FL${'1'.repeat(32)}`;

/** Half of the flows that a flow may name are there. */
const subFlows: FlowSource = {
  async find(_accountId, { flowId, version = '1.0' }) {
    if (version !== '1.0') throw new FlowNotFoundError(flowId, version);
    const nodes = [
      { id: 'start', kind: 'start', exits: { next: 'say' } },
      { id: 'say', kind: 'say', text: 'In between.', exits: { next: 'end' } },
      { id: 'end', kind: 'end' },
    ];
    return { flowId, name: 'Other', version, flow: await parseFlow({ nodes }) };
  },
};

async function simulate(document: FlowDocument, request: SimulateFlowRequest): Promise<FlowSimulation> {
  const flow = await parseFlow(structuredClone(document));
  const runnable = { flowId: tried, name: 'Random', version: '1.0', flow };
  const flows = await flowsWithin('AC1', runnable, subFlows);
  return simulateFlow(
    { accountId: 'AC1', flow: runnable, flows, audioLengths: new Map([[idOf('AU'), 2000]]) },
    planOf(request, Date.UTC(2026, 0, 1)),
    makeSimulatedEngine,
  );
}

describe('any caller in any flow', () => {
  it('comes to one end, with one end code, and never breaks the flow', async () => {
    await fc.assert(
      fc.asyncProperty(validFlow, world, async (document, request) => {
        const { end, contact, trace, durationSeconds } = await simulate(document, { ...request, limitSeconds: 7200 });
        expect(['platform', 'caller']).toContain(end.by);
        expect(endCodes).toContain(contact.endCode);
        expect(durationSeconds).toBeLessThan(7200);
        const told = (event: string) => trace.filter(({ detail }) => detail.event === event && detail.flowId === tried);
        expect(told('started')).toHaveLength(1);
        expect(told('ended')).toHaveLength(1);
      }),
      { numRuns: 300 },
    );
  });

  it('comes the same way twice', async () => {
    await fc.assert(
      fc.asyncProperty(validFlow, world, async (document, request) => {
        expect(await simulate(document, request)).toEqual(await simulate(document, request));
      }),
      { numRuns: 30 },
    );
  });
});
