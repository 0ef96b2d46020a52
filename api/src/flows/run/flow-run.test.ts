import { describe, expect, it } from 'vitest';
import { defaultScriptSettings } from '../../scripting/index.js';
import { flowCall, flowId } from './flow-call.fixture.js';

const apology = defaultScriptSettings.apology.text;
const say = (id: string, text: string, next?: string) => ({ id, kind: 'say', text, exits: next ? { next } : {} });
const end = { id: 'end', kind: 'end' };

describe('running a flow', () => {
  it('goes from the start along the exits, says what it is told to, and hangs up at the end', async () => {
    const call = await flowCall({ nodes: [say('hello', 'Hello.', 'bye'), say('bye', 'Good-bye.', 'end'), end] });
    await call.advance(5000);
    expect(call.path).toEqual(['start', 'hello', 'bye', 'end']);
    expect(call.heard).toEqual(['Hello.', 'Good-bye.']);
    expect([call.caller.status, call.end]).toEqual(['ended', { kind: 'finished' }]);
    expect(call.leg.termination).toMatchObject({ by: 'local', reason: 'hangup' });
    expect(call.clock.pending).toBe(0);
  });

  it('goes where a key says', async () => {
    const keys = [
      { key: '1', label: 'Sales', next: 'sales' },
      { key: '2', label: 'Service', next: 'service' },
    ];
    const call = await flowCall({
      nodes: [
        { id: 'menu', kind: 'menu', prompts: [{ verb: 'say', text: 'Press 1 or 2.' }], keys },
        say('sales', 'Sales.', 'end'),
        say('service', 'Service.', 'end'),
        end,
      ],
    });
    await call.advance(200);
    call.caller.press('2');
    await call.advance(5000);
    expect(call.heard).toEqual(['Press 1 or 2.', 'Service.']);
    expect(call.flowEvents('exit')).toContainEqual({
      event: 'exit',
      flowId,
      version: '1.0',
      node: 'menu',
      exit: 'key 2',
      next: 'service',
    });
    expect(call.queue.told).toEqual([['pressed', { key: '2', label: 'Service' }]]);
    expect(call.counted.map(({ node, exit }) => [node, exit])).toEqual([
      ['start', undefined],
      ['start', 'next'],
      ['menu', undefined],
      ['menu', 'key 2'],
      ['service', undefined],
      ['service', 'next'],
      ['end', undefined],
      ['end', 'end'],
    ]);
    expect(call.counted[0]).toMatchObject({ accountId: 'AC1', flowId, version: '1.0' });
  });

  it('tells every node with what people call it, and the flow and version it is of', async () => {
    const call = await flowCall({ nodes: [{ ...say('hello', 'Hello.', 'end'), label: 'Welcome' }, end] });
    await call.advance(5000);
    expect(call.flowEvents('entered')[1]).toEqual({
      event: 'entered',
      flowId,
      version: '1.0',
      node: 'hello',
      label: 'Welcome',
      kind: 'say',
    });
    expect(call.notes('flow')).toEqual([
      'flow Office 1.0',
      'start start',
      'start: next → "Welcome"',
      'say "Welcome"',
      '"Welcome": next → end',
      'end end',
      'flow Office ended: end',
    ]);
  });

  it('hangs up where an exit leads nowhere, and says so', async () => {
    const call = await flowCall({
      nodes: [{ id: 'menu', kind: 'menu', prompts: [], keys: [{ key: '1', next: 'menu' }], maxErrors: 1, timeout: 1 }],
    });
    await call.advance(2000);
    expect([call.caller.status, call.end]).toEqual(['ended', { kind: 'finished' }]);
    expect(call.notes('flow')).toContain('menu: failed leads nowhere');
  });

  it('keeps the version it began with while a new one is published', async () => {
    const nodes = (text: string) => [
      say('first', 'A sentence of some length.', 'second'),
      say('second', text, 'end'),
      end,
    ];
    const call = await flowCall({ nodes: nodes('old') });
    await call.advance(100);
    await call.source.add(flowId, nodes('new'), { version: '1.1' });
    await call.advance(5000);
    expect(call.heard.at(-1)).toBe('old');
  });

  it('stops when the caller hangs up, and counts where', async () => {
    const call = await flowCall({ nodes: [say('long', 'A sentence of some length.', 'end'), end] });
    await call.advance(100);
    call.caller.hangUp();
    await call.advance(0);
    expect(call.end).toEqual({ kind: 'call-ended' });
    expect(call.path).toEqual(['start', 'long']);
    expect(call.counted.at(-1)).toMatchObject({ node: 'long', exit: 'callEnded' });
    expect(call.clock.pending).toBe(0);
  });

  it('leaves the call as it is when interrupted', async () => {
    const call = await flowCall({ nodes: [say('long', 'A sentence of some length.', 'end'), end] });
    await call.advance(100);
    call.interruption.abort('a new script');
    await call.advance(0);
    expect([call.end, call.caller.status, call.caller.hears]).toEqual([{ kind: 'interrupted' }, 'answered', undefined]);
  });

  it('ends a circle in which nothing is heard', async () => {
    const set = (id: string, next: string) => ({
      id,
      kind: 'setVariable',
      variables: [{ name: 'a', value: 'b' }],
      exits: { next },
    });
    const call = await flowCall({ nodes: [set('one', 'two'), set('two', 'one')] });
    await call.advance(10_000);
    expect(call.end).toEqual({ kind: 'failed', code: 'flow-loop' });
    expect(call.heard).toEqual([apology]);
    expect(call.path).toHaveLength(1001);
  });

  it('lets a caller go round as often as they like where they hear something', async () => {
    const call = await flowCall({ nodes: [say('round', 'Again.', 'round')] });
    await call.advance(400_000);
    expect([call.end, call.caller.status]).toEqual([undefined, 'answered']);
    expect(call.path.length).toBeGreaterThan(1100);
  });

  it('apologises and hangs up where the flow is gone, and says what is missing', async () => {
    const call = await flowCall({});
    await call.advance(10_000);
    expect(call.end).toEqual({ kind: 'failed', code: 'resource-not-found' });
    expect(call.heard).toEqual([apology]);
    expect(call.leg.termination).toMatchObject({ reason: 'script-failed' });
    expect(call.notes('error')).toEqual([`There is no flow ${flowId}.`]);
  });

  it('apologises where a node cannot do its work', async () => {
    const call = await flowCall({
      nodes: [{ id: 'jingle', kind: 'play', url: 'https://gone.example/a.wav', exits: { next: 'end' } }, end],
    });
    await call.advance(10_000);
    expect(call.end).toEqual({ kind: 'failed', code: 'audio-unavailable' });
    expect(call.heard).toEqual([apology]);
    expect(call.counted.at(-1)).toMatchObject({ node: 'jingle', exit: 'failed' });
  });

  it('runs a script as before', async () => {
    const call = await flowCall({ script: { inline: JSON.stringify([{ verb: 'say', text: 'A script.' }]) } });
    await call.advance(5000);
    expect([call.heard, call.end]).toEqual([['A script.'], { kind: 'finished' }]);
  });
});
