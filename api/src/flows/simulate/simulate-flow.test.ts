import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { describe, expect, it } from 'vitest';
import { parseFlow } from '../document/parse-flow.js';
import type { RunnableFlow } from '../flow.js';
import { flowsWithin } from './flows-within.js';
import { simulateFlow } from './simulate-flow.js';
import { runUntil, SimulationTooLongError } from './simulated-clock.js';
import { makeSimulatedEngine } from './simulated-engine.fixture.js';
import { type FlowSimulation, planOf, type SimulateFlowRequest } from './simulation.js';

const audioId = `AU${'1'.repeat(32)}`;
const skillGroupId = `SG${'1'.repeat(32)}`;
const say = (text: string) => ({ verb: 'say', text });

async function flowOf(nodes: readonly object[], flowId = `FL${'1'.repeat(32)}`): Promise<RunnableFlow> {
  const document = {
    nodes: [{ id: 'start', kind: 'start', exits: { next: (nodes[0] as { id: string }).id } }, ...nodes],
  };
  return { flowId, name: 'Tried', version: 'draft', flow: await parseFlow(JSON.parse(JSON.stringify(document))) };
}

async function simulate(nodes: readonly object[], request: SimulateFlowRequest = {}): Promise<FlowSimulation> {
  const flow = await flowOf(nodes);
  const none = { find: async () => Promise.reject(new Error('no other flow')) };
  const flows = await flowsWithin('AC1', flow, none);
  return simulateFlow(
    { accountId: 'AC1', flow, flows, audioLengths: new Map([[audioId, 3000]]) },
    planOf(request, Date.UTC(2026, 0, 1)),
    makeSimulatedEngine,
  );
}

const entered = ({ trace }: FlowSimulation) =>
  trace.filter(({ detail }) => detail.event === 'entered').map(({ detail }) => detail.node);
const spoken = ({ heard }: FlowSimulation) => heard.flatMap(({ text }) => text ?? []);

const menu = {
  id: 'menu',
  kind: 'menu',
  prompts: [say('Press 1.')],
  timeout: 5,
  maxErrors: 2,
  keys: [{ key: '1', label: 'Sales', next: 'bye' }],
};
const bye = { id: 'bye', kind: 'end', prompts: [say('Good-bye.')] };

describe('a simulated flow', () => {
  it('goes where the keys lead and tells what was heard, when, and at which node', async () => {
    const nodes = [{ id: 'jingle', kind: 'play', audioId, exits: { next: 'menu' } }, menu, bye];
    const result = await simulate(nodes, { caller: [{ node: 'menu', afterSeconds: 2, press: '1' }] });
    expect(entered(result)).toEqual(['start', 'jingle', 'menu', 'bye']);
    expect(result.heard).toMatchObject([
      { seconds: 0, forSeconds: 3, node: 'jingle', audioId },
      { seconds: 3, node: 'menu', text: 'Press 1.', language: 'en-US' },
      { seconds: 5, node: 'bye', text: 'Good-bye.' },
    ]);
    expect(result).toMatchObject({
      end: { by: 'platform', node: 'bye' },
      keys: [{ key: '1', label: 'Sales' }],
      contact: { endCode: 'ivrEnd' },
    });
  });

  it('comes the same way every time', async () => {
    const request: SimulateFlowRequest = { caller: [{ node: 'menu', press: '7' }, { press: '1' }] };
    expect(await simulate([menu, bye], request)).toEqual(await simulate([menu, bye], request));
  });

  it('waits for keys as long as a call would', async () => {
    const result = await simulate([menu, bye]);
    expect(spoken(result)).toEqual(['Press 1.', 'Press 1.']);
    expect(result.end).toEqual({ by: 'platform', node: 'menu' });
    expect(result.durationSeconds).toBeCloseTo(2 * (0.48 + 5), 1);
  });

  it('ends when the caller hangs up', async () => {
    const result = await simulate([menu, bye], { caller: [{ node: 'menu', afterSeconds: 1.5, hangUp: true }] });
    expect(result).toMatchObject({ durationSeconds: 1.5, end: { by: 'caller' }, contact: { endCode: 'ivrGiveUp' } });
  });

  it('queues as planned, and lets an agent talk', async () => {
    const nodes = [
      { id: 'sales', kind: 'toSkillGroup', skillGroupId, waitPrompts: [say('Wait.')], exits: { ended: 'bye' } },
      bye,
    ];
    const result = await simulate(nodes, { queues: [{ node: 'sales', afterSeconds: 20, talkSeconds: 30 }] });
    expect(entered(result)).toEqual(['start', 'sales', 'bye']);
    expect(spoken(result).filter((text) => text === 'Wait.').length).toBeGreaterThan(5);
    expect(result.durationSeconds).toBeCloseTo(50 + 0.54, 0);
    expect(result.contact.endCode).toBe('ok');
  });

  it('turns away where the plan says that nobody is there', async () => {
    const nodes = [
      {
        id: 'sales',
        kind: 'toSkillGroup',
        skillGroupId,
        noSeatPrompts: [say('Nobody is here.')],
        exits: { noSeatOnline: 'bye' },
      },
      bye,
    ];
    const result = await simulate(nodes, { queues: [{ node: 'sales', result: 'noSeatOnline' }] });
    expect(spoken(result)).toEqual(['Nobody is here.', 'Good-bye.']);
    expect(result.contact.endCode).toBe('noSeatOnline');
  });

  it('calls an external line as planned', async () => {
    const line = {
      id: 'branch',
      kind: 'toExternalLine',
      to: '+4930111',
      exits: { ended: 'bye', busy: 'busy', failed: 'bye' },
    };
    const busy = { id: 'busy', kind: 'end', prompts: [say('Busy.')] };
    const plans: SimulateFlowRequest = { lines: [{ node: 'branch', result: 'busy' }] };
    expect(entered(await simulate([line, bye, busy], plans))).toEqual(['start', 'branch', 'busy']);
    const answered = await simulate([line, bye, busy]);
    expect(entered(answered)).toEqual(['start', 'branch', 'bye']);
    expect(answered.contact.endCode).toBe('outboundForward');
  });

  it('stops at the limit', async () => {
    const waits = { id: 'menu', kind: 'menu', prompts: [say('Press.')], timeout: 300, keys: menu.keys };
    const result = await simulate([waits, bye], { limitSeconds: 60 });
    expect(result).toMatchObject({ durationSeconds: 60, end: { by: 'limit', node: 'menu' } });
  });

  it.each([
    ['characters', { id: 'again', kind: 'menu', prompts: [say('Hi')], timeout: 1, maxErrors: 1, keys: menu.keys }],
    ['texts', { id: 'again', kind: 'setVariable', variables: [{ name: 'a', value: 'b' }] }],
  ])('is ended where it goes on for a day and comes to very many %s', async (what, node) => {
    const many = Array.from({ length: 50 }, () => ({
      all: [{ value: 'a', operator: 'equals', operand: 'b' }],
      next: 'bye',
    }));
    const nodes = [
      { id: 'hi', kind: 'say', text: 'Hello', exits: { next: 'which' } },
      { id: 'which', kind: 'condition', rules: many, exits: { default: 'again' } },
      { ...node, exits: { [node.kind === 'menu' ? 'failed' : 'next']: what === 'texts' ? 'hi' : 'again' } },
      bye,
    ];
    await expect(simulate(nodes, { limitSeconds: 86_400 })).rejects.toMatchObject({
      code: 'simulation-too-long',
      message: expect.stringContaining(what),
    });
  });

  it('is ended after very many steps', async () => {
    const clock = new ManualClock();
    const again = () => void clock.after(0, again);
    again();
    await expect(runUntil(clock, () => false, 1)).rejects.toBeInstanceOf(SimulationTooLongError);
  });
});
