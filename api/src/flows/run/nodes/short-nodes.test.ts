import { describe, expect, it } from 'vitest';
import { flowCall } from '../flow-call.fixture.js';

const end = { id: 'end', kind: 'end' };
const say = (id: string, text: string) => ({ id, kind: 'say', text, exits: { next: 'end' } });

describe('condition', () => {
  const condition = {
    id: 'score',
    kind: 'condition',
    rules: [
      { all: [{ value: '${score}', operator: 'atLeast', operand: '90', type: 'number' }], next: 'best' },
      {
        all: [
          { value: '${score}', operator: 'atLeast', operand: '${limit}', type: 'number' },
          { value: '${tier}', operator: 'equals', operand: 'gold' },
        ],
        next: 'good',
      },
    ],
    exits: { default: 'rest' },
  };
  const nodes = [condition, say('best', 'Best.'), say('good', 'Good.'), say('rest', 'Rest.'), end];

  it.each([
    [{ score: '95' }, 'best', 'rule 1'],
    [{ score: '70', limit: '60', tier: 'gold' }, 'good', 'rule 2'],
    [{ score: '70', limit: '60', tier: 'silver' }, 'rest', 'default'],
    [{}, 'rest', 'default'],
  ])('IVR-38 goes where the first rule that holds says: %j → %s', async (variables, node, exit) => {
    const call = await flowCall({ variables, nodes });
    await call.advance(2000);
    expect(call.path).toEqual(['start', 'score', node, 'end']);
    expect(call.flowEvents('exit')[1]).toMatchObject({ exit, next: node });
  });
});

describe('set variable', () => {
  it('sets in order, from what was set before', async () => {
    const variables = [
      { name: 'a', value: 'one' },
      { name: 'b', value: '${a} two' },
    ];
    const call = await flowCall({
      nodes: [{ id: 'set', kind: 'setVariable', variables, exits: { next: 'tell' } }, say('tell', '${b}'), end],
    });
    await call.advance(2000);
    expect(call.heard).toEqual(['one two']);
    expect(call.flowEvents('variable').map(({ name, value }) => `${name}=${value}`)).toEqual(['a=one', 'b=one two']);
  });

  it('takes the values of the start, which the call may give others', async () => {
    const start = {
      id: 'start',
      kind: 'start',
      variables: [{ name: 'tier', default: 'standard' }, { name: 'city', default: 'Berlin' }, { name: 'none' }],
      exits: { next: 'tell' },
    };
    const call = await flowCall({
      variables: { tier: 'gold', unknown: 'taken' },
      nodes: [start, say('tell', '${tier} ${city} ${none} ${unknown}'), end],
    });
    await call.advance(2000);
    expect(call.heard).toEqual(['gold Berlin  taken']);
    expect(call.flowEvents('unset')).toEqual([]);
  });
});

describe('working hours', () => {
  const hours = { timeZone: 'Europe/Berlin', weekly: [{ days: ['thu'], from: '00:00', to: '24:00' }] };
  const asking = (more: object) =>
    flowCall({
      nodes: [
        {
          id: 'hours',
          kind: 'workingHours',
          hours: { ...hours, ...more },
          exits: { open: 'open', closed: 'closed' },
        },
        say('open', 'Open.'),
        say('closed', 'Closed.'),
        end,
      ],
    });

  // The call begins on Thursday, 1 January 2026, at 1:00 in Berlin.
  it('IVR-01 goes one way within the hours', async () => {
    const call = await asking({});
    await call.advance(2000);
    expect(call.heard).toEqual(['Open.']);
    expect(call.queue.told).toEqual([['endsAs', 'ivrEnd']]);
  });

  it('IVR-01 goes the other way outside them, and the record says why', async () => {
    const call = await asking({ holidays: ['2026-01-01'] });
    await call.advance(2000);
    expect(call.heard).toEqual(['Closed.']);
    expect(call.queue.told).toEqual([['endsAs', 'notWorkTime']]);
  });
});

describe('send message', () => {
  const sending = (more: object, options: object = {}) =>
    flowCall({
      nodes: [
        {
          id: 'sms',
          kind: 'sendMessage',
          to: '${SystemCallerNumber}0000',
          text: 'Order ${order}.',
          exits: { next: 'end', failed: 'sorry' },
          ...more,
        },
        say('sorry', 'Sorry.'),
        end,
      ],
      variables: { order: '4711' },
      ...options,
    });

  it('sends, and goes on', async () => {
    const call = await sending({});
    await call.advance(100);
    expect([call.messages, call.path]).toEqual([
      [{ to: '+49301110000', text: 'Order 4711.' }],
      ['start', 'sms', 'end'],
    ]);
    expect(call.clock.pending).toBe(0);
  });

  it.each([
    ['the number is none', { to: 'Ann' }, {}],
    ['the installation cannot', {}, { sms: 'none' }],
    ['the gateway refuses', {}, { sms: 'broken' }],
  ])('leaves by its exit where %s', async (_what, more, options) => {
    const call = await sending(more, options);
    await call.advance(2000);
    expect([call.heard, call.messages]).toEqual([['Sorry.'], []]);
    expect(call.notes('error')[0]).toMatch(/^The short message was not sent: /);
  });

  it('goes on where it has no exit for that', async () => {
    const call = await sending({ exits: { next: 'end' } }, { sms: 'none' });
    await call.advance(100);
    expect(call.path).toEqual(['start', 'sms', 'end']);
  });
});
