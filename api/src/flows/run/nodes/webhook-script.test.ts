import { describe, expect, it } from 'vitest';
import { flowCall, flowId } from '../flow-call.fixture.js';

const end = { id: 'end', kind: 'end' };
const url = 'https://backend.example/script';
const other = `FL${'2'.repeat(32)}`;
const after = { id: 'after', kind: 'say', text: 'After.', exits: { next: 'end' } };
const script = (more: object = {}) => ({ id: 'own', kind: 'webhookScript', url, exits: { next: 'after' }, ...more });
const say = (text: string) => ({ verb: 'say', text });

describe('webhook script', () => {
  it('runs a script, with the flow and its variables in the request, and goes on when it has no more verbs', async () => {
    const call = await flowCall({
      variables: { order: '4711' },
      nodes: [script(), after, end],
      http: (http) => http.on(url, JSON.stringify([say('Own.')])),
    });
    await call.advance(5000);
    expect(call.heard).toEqual(['Own.', 'After.']);
    expect(call.questions).toMatchObject([
      { url, flow: { flowId, version: '1.0', node: 'own', variables: { order: '4711' } } },
    ]);
  });

  it('hangs up where the script does', async () => {
    const call = await flowCall({
      nodes: [script(), after, end],
      http: (http) => http.on(url, JSON.stringify([say('Own.'), { verb: 'hangup' }])),
    });
    await call.advance(5000);
    expect([call.heard, call.caller.status, call.end]).toEqual([['Own.'], 'ended', { kind: 'call-ended' }]);
  });

  it.each([
    ['no script can be had', (): { status: number } => ({ status: 500 })],
    ['it is wrong', (): string => '[{"verb":"nonsense"}]'],
  ])('leaves by its exit where %s', async (_what, answer) => {
    const call = await flowCall({
      nodes: [script({ exits: { next: 'end', failed: 'after' } }), after, end],
      http: (http) => http.on(url, answer()),
    });
    await call.advance(5000);
    expect([call.heard, call.end]).toEqual([['After.'], { kind: 'finished' }]);
  });

  it('asks the fallback first', async () => {
    const fallbackUrl = 'https://backend.example/fallback';
    const call = await flowCall({
      nodes: [script({ fallbackUrl }), after, end],
      http: (http) => http.on(url, { status: 500 }).on(fallbackUrl, JSON.stringify([say('Fallback.')])),
    });
    await call.advance(5000);
    expect(call.heard).toEqual(['Fallback.', 'After.']);
    expect(call.questions[1]).toMatchObject({ flow: { node: 'own' }, error: { code: 'script-bad-status' } });
  });

  it('ends a circle of scripts that say nothing', async () => {
    const call = await flowCall({
      nodes: [script({ exits: { next: 'own' } })],
      http: (http) => http.on(url, '[]'),
    });
    await call.advance(20_000);
    expect(call.end).toEqual({ kind: 'failed', code: 'flow-loop' });
  });

  it('goes ten deep where flow and script call each other', async () => {
    const call = await flowCall({
      nodes: [script({ exits: { next: 'end' } }), end],
      http: (http) => http.on(url, JSON.stringify([{ verb: 'flow', flowId }])),
    });
    await call.advance(20_000);
    expect(call.end).toEqual({ kind: 'finished' });
    expect(call.path.filter((node) => node === 'own').length).toBeLessThanOrEqual(11);
    expect(call.notes('error').at(-1)).toMatch(/More than 10 flows are in one another/);
  });
});

describe('verb flow', () => {
  const action = 'https://backend.example/after';
  const running = (verb: object, options: Parameters<typeof flowCall>[0] = {}) =>
    flowCall({
      script: { inline: JSON.stringify([{ verb: 'flow', flowId, ...verb }, say('Next verb.')]) },
      http: (http) => http.on(action, JSON.stringify([say('Action.')])),
      ...options,
    });
  const menu = {
    id: 'menu',
    kind: 'menu',
    prompts: [],
    keys: [{ key: '1', label: 'Sales', next: 'set' }],
    timeout: 1,
    maxErrors: 1,
  };
  const set = { id: 'set', kind: 'setVariable', variables: [{ name: 'a', value: '${tier}' }], exits: { next: 'end' } };
  const resultOf = (call: Awaited<ReturnType<typeof running>>) =>
    call.questions.find((one) => one.url === action)?.result;

  it('runs a flow and tells its action what came of it', async () => {
    const call = await running({ action, variables: { tier: 'gold' } }, { nodes: [menu, set, end] });
    call.caller.press('1');
    await call.advance(2000);
    expect(resultOf(call)).toEqual({
      verb: 'flow',
      flowId,
      version: '1.0',
      flowResult: 'ended',
      variables: { tier: 'gold', a: 'gold' },
      keys: [{ key: '1', label: 'Sales' }],
    });
    expect(call.heard).toEqual(['Action.']);
  });

  it('goes on with the next verb where it has no action', async () => {
    const call = await running({}, { nodes: [after, end] });
    await call.advance(5000);
    expect(call.heard).toEqual(['After.', 'Next verb.']);
  });

  it('runs the version it names', async () => {
    const call = await running(
      { version: '1.0' },
      { flows: { [`${flowId}@1.0`]: [after, end], [`${flowId}@1.1`]: [end] } },
    );
    await call.advance(5000);
    expect(call.heard).toEqual(['After.', 'Next verb.']);
  });

  it('tells of a flow that hung up', async () => {
    const call = await running({ action }, { nodes: [menu, set, end] });
    await call.advance(5000);
    expect(resultOf(call)).toMatchObject({ flowResult: 'hungUp' });
    expect([call.caller.status, call.heard]).toEqual(['ended', []]);
  });

  it('tells of a caller who hung up', async () => {
    const call = await running({ action }, { nodes: [after, end] });
    await call.advance(100);
    call.caller.hangUp();
    await call.advance(0);
    expect(resultOf(call)).toMatchObject({ flowResult: 'callEnded' });
    expect(call.end).toEqual({ kind: 'call-ended' });
  });

  it.each([
    ['there is no such flow', { flowId: other }, 'resource-not-found'],
    ['it broke', {}, 'audio-unavailable'],
  ])('tells where %s, without an apology', async (_what, more, errorCode) => {
    const gone = { id: 'gone', kind: 'play', url: 'https://gone.example/a.wav', exits: { next: 'end' } };
    const call = await running({ action, ...more }, { nodes: [gone, end] });
    await call.advance(5000);
    expect(resultOf(call)).toMatchObject({ flowResult: 'failed', errorCode });
    expect(call.heard).toEqual(['Action.']);
  });

  it('tells nobody when it is interrupted', async () => {
    const call = await running({ action }, { nodes: [after, end] });
    await call.advance(100);
    call.interruption.abort('a new script');
    await call.advance(0);
    expect([call.end, call.questions]).toEqual([{ kind: 'interrupted' }, []]);
  });
});
