import fc from 'fast-check';
import type { FlowDocument, FlowNode } from '../document/flow-document.js';
import type { FlowPrompt } from '../document/prompts.js';
import { idOf } from './everything-there.fixture.js';

const promptsHeard: readonly FlowPrompt[] = [
  { verb: 'say', text: 'Welcome.' },
  { verb: 'say', text: 'Hello ${name}, it is ${SystemTime}.' },
  { verb: 'play', audioId: idOf('AU') },
  { verb: 'play', url: 'https://sounds.example/${name}.wav' },
];
const dialKeys = ['0', '1', '5', '9', '*', '#'];

/** Numbers that decide what one node is like, taken one after another. */
type Choices = (below: number) => number;

/** What a maker of a node may lead to. */
interface Ways {
  readonly id: string;
  /** The node that comes next. */
  readonly next: string;
  /** Some node further on. */
  on(): string;
  /** Some node, maybe before. */
  anywhere(): string;
  readonly choose: Choices;
}

/**
 * Flows that may be published on a premium account which has everything (`everythingBut()`), of every kind of node. Node `n<i>` always leads to `n<i+1>`, other exits lead
 * on, and only pressed keys lead back; the last node ends. They stand in the document in any order.
 */
export const validFlow: fc.Arbitrary<FlowDocument> = fc
  .array(fc.array(fc.nat(1_000_000), { minLength: 10, maxLength: 10 }), { minLength: 1, maxLength: 30 })
  .map((nodes) => flowOf(nodes));

function flowOf(choices: readonly (readonly number[])[]): FlowDocument {
  const count = choices.length;
  const nodes: FlowNode[] = [
    { id: 'start', kind: 'start', variables: [{ name: 'name', default: 'Ann' }], exits: { next: 'n0' } },
    { id: `n${count}`, kind: 'end', prompts: [{ verb: 'say', text: 'Good-bye.' }] },
  ];
  for (const [index, numbers] of choices.entries()) {
    let taken = 0;
    const choose: Choices = (below) => numbers[taken++ % numbers.length]! % below;
    const ways: Ways = {
      id: `n${index}`,
      next: `n${index + 1}`,
      on: () => `n${index + 1 + choose(count - index)}`,
      anywhere: () => `n${choose(count + 1)}`,
      choose,
    };
    const node = makers[choose(makers.length)]!(ways);
    nodes.splice(choose(nodes.length + 1), 0, node);
  }
  return { language: 'en-US', nodes };
}

function heard({ choose }: Ways): FlowPrompt[] {
  return [{ ...promptsHeard[choose(promptsHeard.length)]! }];
}

function someKeys({ choose }: Ways): readonly string[] {
  const first = choose(dialKeys.length);
  return [...dialKeys.slice(first), ...dialKeys.slice(0, first)].slice(0, 1 + choose(4));
}

/** One a kind, but for start and end. */
const makers: readonly ((ways: Ways) => FlowNode)[] = [
  ({ id, next }) => ({ id, kind: 'say', text: 'Hello ${name}.', exits: { next } }),
  ({ id, next }) => ({ id, kind: 'play', audioId: idOf('AU'), plays: 2, exits: { next } }),
  (ways) => ({
    id: ways.id,
    kind: 'menu',
    prompts: heard(ways),
    keys: someKeys(ways).map((key, at) => ({ key, label: `Key ${key}`, next: at === 0 ? ways.next : ways.anywhere() })),
    exits: { timeout: ways.on(), failed: ways.on() },
  }),
  (ways) => ({
    id: ways.id,
    kind: 'dynamicMenu',
    prompts: heard(ways),
    variable: 'name',
    targets: [ways.next, ways.on()],
    exits: {},
  }),
  (ways) => ({
    id: ways.id,
    kind: 'collectDigits',
    prompts: heard(ways),
    variable: 'name',
    maxLength: 9,
    exits: { next: ways.next, failed: ways.on() },
  }),
  ({ id, next, on }) => ({
    id,
    kind: 'callApi',
    url: 'https://shop.example/orders?of=${name}',
    inputs: [{ name: 'caller', value: '${SystemCallerNumber}' }],
    outputs: [{ name: 'order-state', variable: 'state' }],
    exits: { next, failed: on() },
  }),
  ({ id, next, on }) => ({
    id,
    kind: 'condition',
    rules: [{ all: [{ value: '${name}', operator: 'between', operands: ['1', '2.5'], type: 'number' }], next: on() }],
    exits: { default: next },
  }),
  ({ id, next }) => ({ id, kind: 'setVariable', variables: [{ name: 'name', value: 'Bob ${name}' }], exits: { next } }),
  ({ id, next, on }) => ({
    id,
    kind: 'workingHours',
    hours: { timeZone: 'Europe/Berlin', weekly: [{ days: ['mon'], from: '22:00', to: '06:00' }] },
    exits: { open: next, closed: on() },
  }),
  ({ id, next, on }) => ({
    id,
    kind: 'toSkillGroup',
    skillGroupId: idOf('SG'),
    exits: { ended: next, noSeatOnline: on() },
  }),
  ({ id, next }) => ({ id, kind: 'toAgent', agentIds: [idOf('AG')], exits: { ended: next } }),
  ({ id, next }) => ({
    id,
    kind: 'toExternalLine',
    to: '+14155550100',
    callerNumberIds: [idOf('PN')],
    exits: { failed: next },
  }),
  (ways) => ({ id: ways.id, kind: 'voicemail', prompts: heard(ways), exits: { next: ways.next } }),
  ({ id, next }) => ({
    id,
    kind: 'callback',
    skillGroupId: idOf('SG'),
    number: '${SystemCallerNumber}',
    exits: { next },
  }),
  (ways) => ({
    id: ways.id,
    kind: 'survey',
    prompts: heard(ways),
    keys: [{ key: '1', label: 'Good' }],
    variable: 'rating',
    exits: { next: ways.next },
  }),
  ({ id, next }) => ({ id, kind: 'subFlow', flowId: idOf('FL', 2), version: '1.0', exits: { next } }),
  ({ id, next, on }) => ({
    id,
    kind: 'webhookScript',
    url: 'https://shop.example/script',
    exits: { next, failed: on() },
  }),
  ({ id, next }) => ({ id, kind: 'sendMessage', to: '+14155550100', text: 'Hello', exits: { next } }),
];
