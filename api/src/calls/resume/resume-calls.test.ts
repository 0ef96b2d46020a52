import { seededRandom } from '@hookswitch/kernel/random';
import { answers, type FakeFarEnd, ledByHand } from '@hookswitch/media/drivers/fake/index';
import { describe, expect, it } from 'vitest';
import type { Call } from '../../call-records/call.js';
import { finalChange } from '../../call-records/final-change.js';
import { AesSecretBox } from '../../secrets/index.js';
import { accountId, scriptUrl } from '../calls-node.fixture.js';
import { Lives } from './lives.fixture.js';

const anna = '+14155550101';
const afterwards = 'https://app.example/after';
const dialAnna = { verb: 'dial', targets: [{ type: 'number', number: anna }], action: afterwards };
const sound = { verb: 'play', url: 'https://sounds.example/ten-seconds.wav' };

async function lives(): Promise<Lives> {
  const world = await new Lives().begin();
  world.outside.network.phone(anna, answers(0));
  world.http.on(afterwards, JSON.stringify([{ verb: 'hangup' }]));
  return world;
}

/** A caller who talks to somebody whom the script dialled. */
async function talking(more: Record<string, unknown> = {}) {
  const world = await lives();
  const caller = await world.call([{ ...dialAnna, ...more }]);
  await world.pass(5000);
  return { world, caller, callee: world.dialled[0]! };
}

const cdrs = ({ pendingEvents }: Call) => pendingEvents.filter(({ type }) => type === 'cdr.created').length;
const results = ({ questions }: Lives) => questions.filter(({ url }) => url !== scriptUrl);
const playedTo = (farEnd: FakeFarEnd) => farEnd.heard.filter(({ from }) => from === 'play').length;

/** Nothing is left of any call, and each ended once. */
async function allOver(world: Lives): Promise<void> {
  for (const call of await world.records())
    expect([call.id, cdrs(call), call.endedAt]).toEqual([call.id, 1, expect.any(Number)]);
  expect(Object.values(world.kit.engine.gauges())).toEqual([0, 0, 0, 0, 0, 0, 0]);
  expect(world.kit.calls.registry.size).toBe(0);
  expect(world.kit.calls.admission.counts()).toEqual({ total: 0, accounts: {}, trunks: {} });
  await world.pass(1000);
  expect(await world.keptCalls.takeOver('node-1', 'test')).toEqual([]);
}

describe('a talk whose process is killed', () => {
  it.each(['caller', 'callee'] as const)(
    'goes on, and ends with the %s: both records once, with the whole talk, and the action is told',
    async (who) => {
      const { world, caller, callee } = await talking();
      await world.restart();
      expect(await world.records()).toMatchObject([{ status: 'in-progress' }, { status: 'in-progress' }]);
      expect([caller.status, callee.status, world.kit.calls.registry.size]).toEqual(['answered', 'answered', 2]);
      await world.pass(10_000);
      (who === 'caller' ? caller : callee).hangUp();
      await world.pass(2000);
      const [inbound, dialled] = await world.records();
      expect(inbound).toMatchObject({ status: 'completed', termination: { reason: 'hangup' } });
      expect(inbound!.scriptRevision).toBe(who === 'caller' ? 1 : 2);
      expect(dialled).toMatchObject({ status: 'completed', termination: { reason: 'hangup' } });
      expect((dialled!.endedAt! - dialled!.answeredAt!) / 1000).toBeCloseTo(16.5, 0);
      const result = { verb: 'dial', dialStatus: 'completed', bridged: true, durationSeconds: 17 };
      expect(results(world)).toMatchObject([{ url: afterwards, result }]);
      expect([caller.status, callee.status]).toEqual(['ended', 'ended']);
      await allOver(world);
    },
  );

  it('is told of a party that hung up while nobody was there', async () => {
    const { world, caller, callee } = await talking();
    world.kill();
    callee.hangUp();
    await world.pass(1500);
    await world.begin();
    await world.pass(1000);
    expect(results(world)).toMatchObject([{ result: { dialStatus: 'completed', bridged: true } }]);
    expect([caller.status, callee.status]).toEqual(['ended', 'ended']);
    await allOver(world);
  });

  it('goes on through one killed process after another', async () => {
    const { world, caller } = await talking();
    for (let times = 0; times < 3; times++) {
      await world.restart();
      await world.pass(40_000);
    }
    caller.hangUp();
    await world.pass(1000);
    expect(results(world)).toMatchObject([{ result: { durationSeconds: 130 } }]);
    await allOver(world);
  });

  it('keeps its time limit, and * still leads out of it', async () => {
    const limited = await talking({ timeLimit: 30 });
    await limited.world.restart();
    await limited.world.pass(23_000);
    expect(limited.callee.status).toBe('answered');
    await limited.world.pass(1000);
    expect([limited.callee.status, results(limited.world).length]).toEqual(['ended', 1]);
    const { world, caller, callee } = await talking({ hangupOnStar: true });
    await world.restart();
    caller.press('*');
    await world.pass(500);
    expect([callee.status, results(world).length]).toEqual(['ended', 1]);
  });

  it('ends by the call’s own time limit, counted from its answer', async () => {
    const world = await lives();
    const placed = await world.kit.place({ to: anna, timeLimitSeconds: 20 });
    world.http.on(scriptUrl, JSON.stringify([{ verb: 'pause', length: 60 }]));
    await world.pass(5000);
    await world.restart();
    await world.pass(13_000);
    expect(await world.store.find(placed.id)).toMatchObject({ status: 'in-progress' });
    await world.pass(1000);
    expect(await world.store.find(placed.id)).toMatchObject({
      status: 'completed',
      termination: { reason: 'time-limit' },
    });
    await allOver(world);
  });

  it('has its recording go on: one file for the whole talk', async () => {
    const { world, caller } = await talking({ record: 'record-from-answer-dual' });
    await world.restart();
    await world.pass(5000);
    caller.hangUp();
    await world.pass(1000);
    const { items } = await world.recordings.list(accountId, { limit: 10 });
    expect(items).toMatchObject([{ status: 'processing', source: 'DialVerb', channels: 2, end: 'call-ended' }]);
    expect(items[0]!.durationSeconds).toBeCloseTo(11.5, 0);
    expect(results(world)).toMatchObject([{ result: { recordingId: items[0]!.id } }]);
    const [inbound] = await world.records();
    expect(inbound!.pendingEvents.filter(({ type }) => type.startsWith('recording.')).map(({ type }) => type)).toEqual([
      'recording.started',
      'recording.completed',
    ]);
  });

  it('can be changed by API as before, and only while somebody is there', async () => {
    const { world, caller, callee } = await talking();
    const [{ id: callId } = { id: '' }] = await world.records();
    world.kill();
    const elsewhere = world.build({ nodeId: 'node-2', survival: undefined as never }).calls.control;
    const change = { accountId, callId, change: { tags: { seen: 'yes' } } };
    await expect(elsewhere.modify(change)).rejects.toMatchObject({ kind: 'timeout', code: 'owner-unreachable' });
    await world.pass(1500);
    await world.begin();
    expect(await world.kit.calls.control.modify(change)).toMatchObject({
      tags: { seen: 'yes' },
      status: 'in-progress',
    });
    world.http.on('https://app.example/other', JSON.stringify([{ verb: 'pause', length: 30 }]));
    const script = { url: 'https://app.example/other' };
    await world.kit.calls.control.modify({ accountId, callId, change: { script } });
    await world.pass(1000);
    expect([caller.status, callee.status]).toEqual(['answered', 'ended']);
    await world.restart();
    await world.pass(1000);
    expect((await world.records())[0]).toMatchObject({ status: 'in-progress', scriptRevision: 2 });
    await world.kit.calls.control.modify({ accountId, callId, change: { status: 'completed' } });
    await world.pass(500);
    expect(caller.status).toBe('ended');
    await allOver(world);
  });

  it('is over where the other party’s sound is gone: it is hung up, and the script goes on', async () => {
    const { world, caller, callee } = await talking();
    const [, dialled] = await world.records();
    world.kill();
    await world.outside.loseSound(dialled!.id);
    await world.pass(1500);
    await world.begin();
    await world.pass(1000);
    expect([caller.status, callee.status]).toEqual(['ended', 'ended']);
    expect(results(world)).toMatchObject([{ result: { dialStatus: 'completed' } }]);
    expect((await world.records()).map(({ termination }) => termination?.reason)).toEqual(['hangup', 'owner-lost']);
    await allOver(world);
  });
});

describe('a call at another verb', () => {
  it('hears the sound from its beginning again, and goes on with the verbs after it', async () => {
    const world = await lives();
    const caller = await world.call([{ verb: 'pause', length: 1 }, sound, dialAnna]);
    await world.pass(6000);
    await world.restart();
    await world.pass(9000);
    expect([playedTo(caller), world.dialled.length]).toEqual([2, 0]);
    await world.pass(2000);
    expect(world.dialled).toHaveLength(1);
    expect(world.questions.map(({ url }) => url)).toEqual([scriptUrl]);
    const notes = await world.kit.timelineStore.list(accountId, (await world.records())[0]!.id, { limit: 100 });
    const verbs = notes.filter(({ kind }) => kind === 'verb').map(({ detail }) => (detail as { index?: number }).index);
    expect(verbs.filter((index) => index !== undefined)).toEqual([1, 2]);
  });

  it('is asked for keys again', async () => {
    const world = await lives();
    const caller = await world.call([{ verb: 'gather', numDigits: 2, timeout: 20, action: afterwards }]);
    caller.press('1');
    await world.pass(1000);
    await world.restart();
    caller.press('23');
    await world.pass(1000);
    expect(results(world)).toMatchObject([{ result: { verb: 'gather', digits: '23' } }]);
  });

  it('is recorded anew, what was said before is kept', async () => {
    const world = await lives();
    const caller = await world.call([{ verb: 'record', action: afterwards, timeout: 0, playBeep: false }]);
    await world.pass(4000);
    await world.restart();
    await world.pass(6000);
    caller.press('#');
    await world.pass(1000);
    const { items } = await world.recordings.list(accountId, { limit: 10 });
    expect(items.map(({ end, durationSeconds }) => [end, Math.round(durationSeconds ?? 0)]).sort()).toEqual([
      ['stopped', 6],
      ['stopped', 6],
    ]);
    expect(results(world)).toMatchObject([{ result: { verb: 'record', durationSeconds: expect.any(Number) } }]);
    expect(caller.status).toBe('ended');
    await allOver(world);
  });

  it('dials again where nobody had answered; an answer to the first call is hung up', async () => {
    const world = await lives();
    world.outside.network.phone(anna, ledByHand);
    const caller = await world.call([dialAnna]);
    await world.pass(2000);
    await world.restart();
    await world.pass(500);
    expect(world.dialled).toHaveLength(2);
    world.dialled[0]!.answer();
    world.dialled[1]!.answer();
    await world.pass(1000);
    expect(world.dialled.map(({ status }) => status)).toEqual(['ended', 'answered']);
    expect((await world.records()).map(({ status, termination }) => [status, termination?.reason])).toEqual([
      ['in-progress', undefined],
      ['failed', 'owner-lost'],
      ['in-progress', undefined],
    ]);
    caller.hangUp();
    await world.pass(1000);
    await allOver(world);
  });

  it('asks for the next script again where no answer had come, with the same result', async () => {
    const world = await lives();
    world.http.on(afterwards, { never: true }, JSON.stringify([sound]));
    const caller = await world.call([{ verb: 'gather', numDigits: 1, action: afterwards }]);
    caller.press('7');
    await world.pass(1000);
    await world.restart();
    await world.pass(1000);
    expect(results(world).map(({ result }) => result?.digits)).toEqual(['7', '7']);
    expect(playedTo(caller)).toBe(1);
  });

  it('begins its script where it was killed between the answer and that', async () => {
    const world = await lives();
    world.http.on(scriptUrl, JSON.stringify([sound]));
    const placed = await world.kit.place({ to: anna, sendDigits: 'WWWWW1' });
    await world.pass(2000);
    expect(world.questions).toEqual([]);
    await world.restart();
    await world.pass(1000);
    expect(world.questions.map(({ call }) => call.id)).toEqual([placed.id]);
    expect(playedTo(world.dialled[0]!)).toBe(1);
  });
});

describe('what cannot go on', () => {
  it('ends at once: unanswered calls, and those whose sound is gone, with a BYE where there is somebody to tell', async () => {
    const world = await lives();
    const caller = await world.call([{ verb: 'pause', length: 60 }]);
    const heard = await world.call([sound, sound]);
    world.kill();
    const [, second] = await world.records();
    await world.outside.loseSound(second!.id);
    await world.pass(1500);
    await world.begin();
    await world.pass(500);
    expect((await world.records()).map(({ status, termination }) => [status, termination?.reason])).toEqual([
      ['failed', 'owner-lost'],
      ['completed', 'owner-lost'],
    ]);
    expect(heard.status).toBe('ended');
    caller.hangUp();
    await world.pass(500);
    await allOver(world);
  });

  it('is what others have ended: the far ends get a BYE and the records stay as they are', async () => {
    const { world, caller, callee } = await talking();
    world.kill();
    const other = world.build({ nodeId: 'node-2', survival: undefined as never });
    for (let looks = 0; looks < 10; looks++) {
      await world.pass(3000);
      await other.expireLost.run();
    }
    const before = await world.records();
    expect(before.map(({ termination }) => termination?.reason)).toEqual(['owner-lost', 'owner-lost']);
    await world.begin();
    await world.pass(500);
    expect([caller.status, callee.status]).toEqual(['ended', 'ended']);
    expect(await world.records()).toEqual(before);
    await allOver(world);
  });

  it('is what others were ending just then: the call is hung up as soon as that is seen', async () => {
    const { world, caller, callee } = await talking();
    await world.restart();
    const [{ id } = { id: '' }] = await world.records();
    const termination = { result: 'completed', by: 'system', reason: 'owner-lost' } as const;
    await world.store.change(id, (call) => finalChange(call, { termination, endedAt: world.clock.now() }, () => ({})));
    await world.pass(11_000);
    expect([caller.status, callee.status]).toEqual(['ended', 'ended']);
    await allOver(world);
  });

  it('is what was sealed with a key that is gone: the record ends', async () => {
    const { world } = await talking();
    const secretBox = new AesSecretBox([Buffer.alloc(32, 9)], seededRandom(9));
    Object.assign(world, { secretBox });
    await world.restart();
    await world.pass(500);
    expect((await world.records()).map(({ termination }) => termination?.reason)).toEqual(['owner-lost', 'owner-lost']);
    await allOver(world);
  });

  it('is a call with which one process after another died: the fourth ends it', async () => {
    const { world, caller, callee } = await talking();
    for (let deaths = 0; deaths < 3; deaths++) {
      await world.restart();
      await world.pass(5000);
      expect(caller.status).toBe('answered');
    }
    await world.restart();
    await world.pass(500);
    expect([caller.status, callee.status]).toEqual(['ended', 'ended']);
    expect((await world.records()).map(({ termination }) => termination?.reason)).toEqual(['owner-lost', 'owner-lost']);
    await allOver(world);
  });
});

describe('two processes of one node', () => {
  it('cannot be: one that starts beside a living one is refused, and changes nothing', async () => {
    const { world, caller } = await talking();
    const second = world.build({});
    await expect(second.calls.start()).rejects.toMatchObject({ code: 'node-taken', message: /NODE_ID node-1 is up/ });
    expect((await world.records())[0]).toMatchObject({ status: 'in-progress' });
    expect(caller.status).toBe('answered');
  });

  it('meet where one could not be reached: the one whose place was taken ends itself, and no call', async () => {
    const { world, caller, callee } = await talking();
    await world.keptCalls.takeOver('node-1', 'another');
    await world.pass(25_000);
    expect(world.takenOver).toEqual([1]);
    expect([caller.status, callee.status]).toEqual(['answered', 'answered']);
    expect((await world.records()).map(({ status }) => status)).toEqual(['in-progress', 'in-progress']);
  });

  it('know nothing of each other where the store lost all: then all is kept anew', async () => {
    const { world, caller } = await talking();
    world.keptCalls.loseAll();
    await world.pass(25_000);
    await world.restart();
    caller.hangUp();
    await world.pass(1000);
    expect(results(world)).toMatchObject([{ result: { dialStatus: 'completed' } }]);
  });
});
