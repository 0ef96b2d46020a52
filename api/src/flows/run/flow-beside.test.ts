import { describe, expect, it } from 'vitest';
import type { ScriptEnd } from '../../scripting/index.js';
import { type FlowCall, type FlowCallOptions, flowCall, flowId } from './flow-call.fixture.js';

const end = { id: 'end', kind: 'end' };
const say = (id: string, text: string, next = 'end') => ({ id, kind: 'say', text, exits: { next } });
const other = `FL${'2'.repeat(32)}`;
const url = 'https://backend.example/script';

/** A caller who hears something for an hour, and a flow beside it. */
async function beside(aside: 'whisper' | 'interlude', nodes: readonly object[], options: FlowCallOptions = {}) {
  const call = await flowCall({
    script: { inline: JSON.stringify([{ verb: 'pause', length: 3600 }]) },
    ...(nodes.length > 0 && { nodes }),
    ...options,
  });
  await call.leg.answer();
  let ended: ScriptEnd | undefined;
  const signal = new AbortController();
  const run = call.runner.run({ ...call.hooks(call.leg), script: { flow: { flowId } }, signal: signal.signal, aside });
  void run.then((how) => (ended = how));
  await call.advance(0);
  return { call, ended: () => ended, interrupt: () => signal.abort('back') };
}

const over = async (
  given: Awaited<ReturnType<typeof beside>>,
): Promise<[ScriptEnd | undefined, FlowCall['caller']['status']]> => {
  await given.call.advance(10_000);
  return [given.ended(), given.call.caller.status];
};

describe('a flow beside a talk or a wait', () => {
  it('goes back at its end', async () => {
    const given = await beside('interlude', [say('hello', 'Hello.'), end]);
    expect(await over(given)).toEqual([{ kind: 'left', by: 'end' }, 'answered']);
    expect(given.call.heard).toEqual(['Hello.']);
  });

  it('goes back where an exit leads nowhere', async () => {
    const menu = {
      id: 'menu',
      kind: 'menu',
      prompts: [],
      keys: [{ key: '1', next: 'menu' }],
      maxErrors: 1,
      timeout: 1,
    };
    expect(await over(await beside('interlude', [menu]))).toEqual([{ kind: 'left', by: 'end' }, 'answered']);
  });

  it('leaves the queue, or hangs up, where it is told to', async () => {
    const leaving = await beside('interlude', [{ ...end, leave: true }]);
    expect(await over(leaving)).toEqual([{ kind: 'left', by: 'leave' }, 'answered']);
    const hangingUp = await beside('interlude', [{ ...end, hangUp: true }]);
    expect(await over(hangingUp)).toEqual([{ kind: 'finished' }, 'ended']);
  });

  it('leaves the queue from a sub-flow, or from a script in it', async () => {
    const sub = { id: 'sub', kind: 'subFlow', flowId: other, exits: { next: 'end' } };
    const flows = { [other]: [{ ...end, leave: true }] };
    expect(await over(await beside('interlude', [sub, end], { flows }))).toEqual([
      { kind: 'left', by: 'leave' },
      'answered',
    ]);
    const script = { id: 'own', kind: 'webhookScript', url, exits: { next: 'end' } };
    const http: FlowCallOptions['http'] = (backend) => backend.on(url, '[{"verb":"leave"}]');
    expect(await over(await beside('interlude', [script, end], { http }))).toEqual([
      { kind: 'left', by: 'leave' },
      'answered',
    ]);
  });

  it('goes back without an apology where it breaks, or is not there', async () => {
    const gone = { id: 'gone', kind: 'play', url: 'https://gone.example/a.wav', exits: { next: 'end' } };
    const broken = await beside('interlude', [gone, end]);
    expect(await over(broken)).toEqual([{ kind: 'failed', code: 'audio-unavailable' }, 'answered']);
    expect(broken.call.heard).toEqual([]);
    const missing = await beside('interlude', []);
    expect(await over(missing)).toEqual([{ kind: 'failed', code: 'resource-not-found' }, 'answered']);
  });

  it.each([
    { kind: 'toSkillGroup', skillGroupId: `SG${'1'.repeat(32)}` },
    { kind: 'toAgent', agentIds: [`AG${'1'.repeat(32)}`] },
    { kind: 'toExternalLine', to: '+4930333444' },
  ])('cannot give the caller away: $kind', async (node) => {
    const given = await beside('interlude', [{ id: 'away', ...node }]);
    expect(await over(given)).toEqual([{ kind: 'failed', code: 'flow-node-forbidden' }, 'answered']);
    expect([given.call.queue.joins, given.call.queue.calledOut]).toEqual([[], []]);
  });

  it('stops at once when the talk goes on', async () => {
    const given = await beside('interlude', [say('long', 'A sentence of some length.'), end]);
    await given.call.advance(100);
    given.interrupt();
    await given.call.advance(0);
    expect([given.ended(), given.call.caller.hears, given.call.caller.status]).toEqual([
      { kind: 'interrupted' },
      undefined,
      'answered',
    ]);
  });

  it('lets a dialled party go where there is nothing to whisper', async () => {
    const whisper = await beside('whisper', [say('hello', 'Hello.'), end]);
    expect(await over(whisper)).toEqual([{ kind: 'left', by: 'end' }, 'answered']);
    const missing = await beside('whisper', []);
    expect((await over(missing))[1]).toBe('ended');
  });

  it('may be heard again and again by who waits in a script, however little it says', async () => {
    const set = { id: 'set', kind: 'setVariable', variables: [{ name: 'a', value: 'b' }], exits: { next: 'end' } };
    const waitUrl = 'https://backend.example/wait';
    const call = await flowCall({
      nodes: [{ id: 'own', kind: 'webhookScript', url, exits: { next: 'end' } }, end],
      flows: { [other]: [set, end] },
      http: (http) =>
        http
          .on(url, JSON.stringify([{ verb: 'enqueue', skillGroup: 'Sales', waitUrl }]))
          .on(waitUrl, JSON.stringify([{ verb: 'flow', flowId: other }])),
    });
    await call.advance(500_000);
    expect(call.path.filter((node) => node === 'set').length).toBeGreaterThan(400);
    expect(call.notes('error')).toEqual([]);
  });

  it('hangs up at `leave` where there is nothing to leave', async () => {
    const call = await flowCall({ nodes: [{ ...end, leave: true }] });
    await call.advance(100);
    expect([call.end, call.caller.status]).toEqual([{ kind: 'finished' }, 'ended']);
  });
});
