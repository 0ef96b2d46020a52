import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { answers, createFakeEngine, neverAnswers } from '@hookswitch/media/drivers/fake/index';
import { describe, expect, it } from 'vitest';
import {
  accountId,
  answerAndWait,
  callsForTests,
  eventTypes,
  ownNumber,
  scriptUrl,
  trunkId,
} from '../calls-node.fixture.js';
import type { CallModification } from './call-control.js';

async function setUp(options: Omit<Parameters<typeof callsForTests>[0], 'clock' | 'engine'> = {}) {
  const clock = new ManualClock();
  const engine = createFakeEngine({ clock, random: seededRandom(7) });
  await engine.start();
  const kit = await callsForTests({ clock, engine, ...options });
  /** An inbound call whose script has answered and waits. */
  const answeredCall = async () => {
    const caller = engine.network.call({
      from: '+447700900123',
      to: ownNumber,
      source: { kind: 'trunk', id: trunkId },
    });
    await clock.advanceAsync(100);
    const callId = kit.scripts.runs.at(-1)!.leg.id;
    return { caller, callId };
  };
  const modify = async (callId: string, change: CallModification, ifRevision?: number) => {
    const answer = kit.calls.control
      .modify({ accountId, callId, change, ...(ifRevision === undefined ? {} : { ifRevision }) })
      .then(
        (call) => ({ call }),
        (error: { code: string }) => ({ code: error.code }),
      );
    await clock.advanceAsync(3000);
    return answer;
  };
  return { clock, engine, answeredCall, modify, ...kit };
}

const other = 'https://example.com/other';

describe('modifyLiveCall', () => {
  it('puts a new script in the place of the one that runs', async () => {
    const { answeredCall, modify, scripts, store } = await setUp();
    const { callId } = await answeredCall();
    const { call } = (await modify(callId, { script: { url: other } })) as { call: { scriptRevision: number } };
    expect(call.scriptRevision).toBe(2);
    expect(scripts.runs.map((run) => run.script)).toEqual([{ url: scriptUrl }, { url: other }]);
    expect(scripts.runs[0]!.signal.aborted).toBe(true);
    expect(await store.find(callId)).toMatchObject({
      status: 'in-progress',
      script: { url: other },
      scriptRevision: 2,
    });
    expect(await eventTypes(store, callId)).toEqual(['call.initiated', 'call.answered', 'call.updated']);
  });

  it('takes only the first of two updates meant for one script revision', async () => {
    const { answeredCall, modify, scripts } = await setUp();
    const { callId } = await answeredCall();
    const answers = await Promise.all([
      modify(callId, { script: { url: other } }, 1),
      modify(callId, { script: { url: 'https://example.com/third' } }, 1),
    ]);
    expect(answers[1]).toEqual({ code: 'stale-script-revision' });
    expect(await modify(callId, { tags: { late: '1' } }, 1)).toEqual({ code: 'stale-script-revision' });
    expect(await modify(callId, { tags: { fresh: '1' } }, 2)).toMatchObject({ call: { tags: { fresh: '1' } } });
    expect(scripts.runs.at(-1)!.script).toEqual({ url: other });
  });

  it('keeps a script given before the answer for the answer', async () => {
    const { clock, engine, place, modify, scripts } = await setUp();
    engine.network.phone('+14155550199', answers(10_000));
    const { id } = await place();
    await modify(id, { script: { inline: '[]' } });
    expect(scripts.runs).toHaveLength(0);
    await clock.advanceAsync(10_000);
    expect(scripts.runs.map((run) => run.script)).toEqual([{ inline: '[]' }]);
  });

  it('changes tags, mutes, plays and sends digits, and tells it in one event', async () => {
    const { answeredCall, modify, store } = await setUp();
    const { callId, caller } = await answeredCall();
    await modify(callId, { tags: { a: '1', b: '2' } });
    await modify(callId, {
      tags: { a: null, c: '3' },
      mute: { in: true },
      play: { url: 'https://example.com/a.wav' },
      sendDigits: '5',
    });
    expect((await store.find(callId))!.tags).toEqual({ b: '2', c: '3' });
    expect(caller.receivedDigits).toBe('5');
    expect(caller.heard).toMatchObject([{ sound: { kind: 'audio' } }]);
    const updates = (await store.find(callId))!.pendingEvents.filter((event) => event.type === 'call.updated');
    expect(updates).toHaveLength(2);
    expect(updates[1]!.data.changed).toEqual(['tags', 'mute', 'play', 'sendDigits']);
  });

  it('lets a script set tags, told in an event, and not once the call is over', async () => {
    const { answeredCall, clock, scripts, store } = await setUp();
    const { callId, caller } = await answeredCall();
    await scripts.runs[0]!.tag({ campaign: 'spring' });
    expect((await store.find(callId))!.pendingEvents.at(-1)).toMatchObject({
      type: 'call.updated',
      data: { changed: ['tags'], call: { tags: { campaign: 'spring' } } },
    });
    caller.hangUp();
    await clock.advanceAsync(1000);
    await scripts.runs[0]!.tag({ late: '1' });
    expect(await store.find(callId)).toMatchObject({ tags: { campaign: 'spring' } });
    expect((await eventTypes(store, callId)).at(-1)).toBe('cdr.created');
  });

  it('ends the call, and answers with its end', async () => {
    const { answeredCall, modify, store } = await setUp();
    const { callId } = await answeredCall();
    expect(await modify(callId, { status: 'completed' })).toMatchObject({ call: { status: 'completed' } });
    expect(await eventTypes(store, callId)).toEqual([
      'call.initiated',
      'call.answered',
      'call.completed',
      'cdr.created',
    ]);
  });

  it('refuses a change of a call that is over, unknown, or another account’s', async () => {
    const { answeredCall, modify, calls, newId, clock } = await setUp();
    const { callId, caller } = await answeredCall();
    expect(await modify(newId('CA'), { tags: {} })).toEqual({ code: 'resource-not-found' });
    await expect(
      calls.control.modify({ accountId: newId('AC'), callId, change: { status: 'completed' } }),
    ).rejects.toMatchObject({ code: 'resource-not-found' });
    caller.hangUp();
    await clock.advanceAsync(1000);
    expect(await modify(callId, { tags: {} })).toEqual({ code: 'call-not-live' });
  });

  it('refuses to play to, send digits to or record a call that is not answered, and to cancel one that is', async () => {
    const { engine, place, modify, answeredCall, calls } = await setUp();
    engine.network.phone('+14155550199', neverAnswers);
    const { id: callId } = await place();
    expect(await modify(callId, { play: { audioId: 'AU' } })).toEqual({ code: 'call-not-answered' });
    expect(await modify(callId, { sendDigits: '1', tags: { never: 'kept' } })).toEqual({ code: 'call-not-answered' });
    await expect(calls.control.startRecording({ accountId, callId, channels: 2 })).rejects.toMatchObject({
      code: 'call-not-answered',
    });
    expect(await modify((await answeredCall()).callId, { status: 'canceled' })).toEqual({
      code: 'call-already-answered',
    });
  });

  it('gives no script to a dialled child call', async () => {
    const { clock, engine, answeredCall, modify, scripts } = await setUp();
    await answeredCall();
    engine.network.phone('+14155550199', answers(0));
    const child = await scripts.runs[0]!.children.dial({
      target: { kind: 'number', number: '+14155550199' },
      ringTimeoutSeconds: 30,
    });
    await clock.advanceAsync(100);
    expect(await modify(child.callId, { script: { url: other } })).toEqual({ code: 'call-without-script' });
    expect(await modify(child.callId, { tags: { a: '1' } })).toMatchObject({ call: { tags: { a: '1' } } });
  });

  it('starts, pauses, resumes and stops recordings', async () => {
    const { answeredCall, calls, recorder } = await setUp();
    const { callId } = await answeredCall();
    const { recordingId } = await calls.control.startRecording({ accountId, callId, channels: 2 });
    const update = (status: 'in-progress' | 'paused' | 'stopped') =>
      calls.control.updateRecording({ accountId, callId, recordingId, status });
    await update('paused');
    await update('in-progress');
    await update('stopped');
    expect(recorder.asked).toEqual(['start StartCallRecordingAPI', 'pause silence', 'resume', 'stop']);
    await expect(update('stopped')).rejects.toMatchObject({ code: 'recording-not-live' });
  });

  it('loses no event and ends the call once when a change crosses the end', async () => {
    for (let hangUpAfter = 0; hangUpAfter < 12; hangUpAfter++) {
      const { clock, answeredCall, calls, store } = await setUp();
      const { callId, caller } = await answeredCall();
      const change = calls.control.modify({ accountId, callId, change: { tags: { a: '1' } } }).then(
        () => 'changed',
        (error: { code: string }) => error.code,
      );
      for (let turn = 0; turn < hangUpAfter; turn++) await Promise.resolve();
      caller.hangUp();
      await clock.advanceAsync(1000);
      const types = await eventTypes(store, callId);
      expect(types.slice(-2)).toEqual(['call.completed', 'cdr.created']);
      expect(types.includes('call.updated')).toBe((await change) === 'changed');
    }
  });

  it('tells the timeline of each change', async () => {
    const { clock, answeredCall, modify, timelineStore } = await setUp();
    const { callId } = await answeredCall();
    await modify(callId, { script: { url: other } });
    await clock.advanceAsync(1000);
    const entries = await timelineStore.list(accountId, callId, { limit: 100 });
    expect(entries.filter((entry) => entry.kind === 'update')).toMatchObject([
      { summary: 'changed by API: script', detail: { script: { url: other } } },
    ]);
  });
});

describe('a change asked of a process that does not own the call', () => {
  async function twoNodes() {
    const clock = new ManualClock();
    const engines = [1, 2].map((seed) => createFakeEngine({ clock, random: seededRandom(seed) }));
    for (const engine of engines) await engine.start();
    const first = await callsForTests({ clock, engine: engines[0]!, nodeId: 'node-1' });
    const second = await callsForTests({ clock, engine: engines[1]!, nodeId: 'node-2', seed: 2, shared: first });
    engines[0]!.network.call({ from: '+447700900123', to: ownNumber, source: { kind: 'trunk', id: trunkId } });
    await clock.advanceAsync(100);
    return { clock, first, second, callId: first.scripts.runs[0]!.leg.id };
  }

  it('is done by the owner', async () => {
    const { clock, first, second, callId } = await twoNodes();
    const changed = second.calls.control.modify({
      accountId,
      callId,
      change: { script: { url: other } },
      ifRevision: 1,
    });
    await clock.advanceAsync(100);
    expect(await changed).toMatchObject({ id: callId, nodeId: 'node-1' });
    expect(first.scripts.runs.at(-1)!.script).toEqual({ url: other });
  });

  it('fails with the owner’s own error', async () => {
    const { second, callId } = await twoNodes();
    await expect(
      second.calls.control.modify({ accountId, callId, change: { tags: {} }, ifRevision: 7 }),
    ).rejects.toMatchObject({ code: 'stale-script-revision', kind: 'stale' });
  });

  it('fails with owner-unreachable when the owner does not answer in time', async () => {
    const { clock, first, second, callId } = await twoNodes();
    await first.commands.listen('node-1', () => new Promise(() => undefined));
    const answer = second.calls.control.modify({ accountId, callId, change: { tags: {} } }).catch((error) => error);
    await clock.advanceAsync(5000);
    expect(await answer).toMatchObject({ code: 'owner-unreachable', kind: 'timeout' });
  });

  it('hears of concurrent calls elsewhere at the next heartbeat', async () => {
    const { clock, first, second } = await twoNodes();
    expect(second.calls.admission.concurrentCalls(accountId)).toBe(0);
    await clock.advanceAsync(4000);
    expect(second.calls.admission.concurrentCalls(accountId)).toBe(1);
    expect(first.calls.admission.concurrentCalls(accountId)).toBe(1);
  });
});

describe('draining', () => {
  it('waits for the calls up, refuses new ones, ends the rest with shutdown, and leaves every record final', async () => {
    const { clock, engine, answeredCall, calls, place, store, leases } = await setUp();
    const leaves = await answeredCall();
    const stays = await answeredCall();
    const drained = calls.drain(60_000);
    await clock.advanceAsync(1000);
    await expect(place()).rejects.toMatchObject({ code: 'no-media-node' });
    const refused = engine.network.call({
      from: '+447700900123',
      to: ownNumber,
      source: { kind: 'trunk', id: trunkId },
    });
    leaves.caller.hangUp();
    await clock.advanceAsync(1000);
    expect(refused.refusedWith).toBe(503);
    expect((await store.find(leaves.callId))!.status).toBe('completed');
    expect((await store.find(stays.callId))!.status).toBe('in-progress');
    await clock.advanceAsync(60_000);
    await drained;
    expect(await store.find(stays.callId)).toMatchObject({
      status: 'completed',
      termination: { by: 'system', reason: 'shutdown' },
    });
    expect(await leases.alive()).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('ends at once when the last call has gone', async () => {
    const { clock, answeredCall, calls } = await setUp();
    const { caller } = await answeredCall();
    const drained = calls.drain(3_600_000);
    caller.hangUp();
    await clock.advanceAsync(1000);
    await drained;
    expect(calls.registry.size).toBe(0);
  });

  it('waits for a script that only answers', async () => {
    const { clock, answeredCall, calls, scripts } = await setUp();
    scripts.scripts.set(scriptUrl, answerAndWait);
    await answeredCall();
    const drained = calls.drain(0);
    await clock.advanceAsync(1000);
    await drained;
    expect(scripts.runs[0]!.leg.status).toBe('ended');
  });
});

describe('ExpireLostCalls', () => {
  /** A node that takes a call and then is gone without a word. */
  async function lostNode(answered = true) {
    const clock = new ManualClock();
    const engine = createFakeEngine({ clock, random: seededRandom(1) });
    await engine.start();
    const kit = await callsForTests({ clock, engine });
    if (!answered) kit.scripts.scripts.set(scriptUrl, () => new Promise(() => undefined));
    const caller = engine.network.call({
      from: '+447700900123',
      to: ownNumber,
      source: { kind: 'trunk', id: trunkId },
    });
    await clock.advanceAsync(100);
    const callId = kit.scripts.runs[0]!.leg.id;
    kit.leases.renew = async () => {
      throw new Error('this node cannot reach the others');
    };
    return { clock, engine, caller, callId, ...kit };
  }

  it.each([
    ['an answered call as completed', true, 'completed'],
    ['a call that was not answered as failed', false, 'failed'],
  ] as const)('ends %s, once, with the reason owner-lost', async (_, answered, status) => {
    const { clock, expireLost, store, callId } = await lostNode(answered);
    await clock.advanceAsync(13_000);
    expect(await expireLost.run()).toBe(0); // missed for the first time
    await clock.advanceAsync(8000);
    const [mine, theirs] = await Promise.all([expireLost.run(), expireLost.run()]);
    expect(mine + theirs).toBe(1);
    expect(await store.find(callId)).toMatchObject({ status, termination: { by: 'system', reason: 'owner-lost' } });
    expect((await eventTypes(store, callId)).slice(-2)).toEqual(['call.completed', 'cdr.created']);
    expect(await expireLost.run()).toBe(0);
  });

  it('ends no call while its owner lives, nor when all leases vanish for a moment', async () => {
    const { clock, expireLost, store, callId, leases } = await lostNode();
    await clock.advanceAsync(13_000);
    await expireLost.run();
    await leases.constructor.prototype.renew.call(leases, 'node-1', 60_000, {
      counts: { total: 1, accounts: {}, trunks: {} },
    });
    await clock.advanceAsync(8000);
    expect(await expireLost.run()).toBe(0);
    expect((await store.find(callId))!.status).toBe('in-progress');
  });

  it('makes an owner that was only slow hang its leg up, and end nothing twice', async () => {
    const { clock, engine, expireLost, store, callId, calls } = await lostNode();
    await clock.advanceAsync(13_000);
    await expireLost.run();
    await clock.advanceAsync(8000);
    await expireLost.run();
    await expect(calls.control.modify({ accountId, callId, change: { tags: { a: '1' } } })).rejects.toMatchObject({
      code: 'call-not-live',
    });
    calls.registry.get(callId)!.leg.hangUp();
    await clock.advanceAsync(5000);
    expect(engine.gauges().calls).toBe(0);
    expect((await eventTypes(store, callId)).filter((type) => type === 'cdr.created')).toHaveLength(1);
    expect(calls.registry.size).toBe(0);
  });
});
