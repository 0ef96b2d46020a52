import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, it } from 'vitest';
import { readSoundFile } from '../../ear/read-sound-file.js';
import { heardMilliseconds, whoIsHeard } from '../../ear/who-is-heard.js';
import { headerOf } from '../../peers/tone-phone/sip-text.js';
import { SeveralNodes } from '../several-nodes.js';
import { heardWithoutGap, sinceNow } from '../without-gap.js';
import { dataServers, type EventView, useWorld } from '../world.js';

/** One node whose sound is in a process of its own, beside the API and the workers. */
const options = { name: 'calls_outlive', redisDatabase: 130, nodes: 1, ownSound: true };
const nodes = new SeveralNodes(options);
const on = useWorld(options, () => nodes.start());
const folder = mkdtempSync(join(tmpdir(), 'outlive-'));
const redis = new Redis(dataServers(options).REDIS_URL!);
afterAll(async () => {
  await redis.quit();
  rmSync(folder, { recursive: true, force: true });
});

const node = 'media-1';

/** A caller who talks to somebody whom the script dialled and records. */
async function talking(more: Record<string, unknown> = {}) {
  const { world } = on;
  const number = world.newNumber('a');
  const action = world.script([{ verb: 'hangup' }], 'after');
  const line = await world.line([{ verb: 'dial', targets: [{ type: 'number', number }], action, ...more }]);
  const caller = await world.call(line);
  const callee = await world.carried('a', number);
  await callee.answer();
  await caller.answered();
  await Promise.all([caller.media.hears('callee'), callee.media.hears('caller')]);
  return { line, caller, callee, action, callId: await world.callId(line.path) };
}

/** Resolves once a later process would find the call: it is written down some milliseconds after it was answered. */
function isKept(callId: string): Promise<true> {
  return on.world.eventually('the call to be written down', async () => {
    const kept = await redis.hkeys(`hookswitch:kept-calls:${node}`);
    return kept.some((field) => field.endsWith(callId)) || undefined;
  });
}

describe('a node that is killed while people talk', () => {
  it('costs them no sound: the next process goes on with the talk, its recording and its script, and one CDR tells of all', async () => {
    const { world } = on;
    const { caller, callee, action, callId } = await talking({ record: 'record-from-answer-dual' });
    const marks = [sinceNow(caller), sinceNow(callee)];
    await nodes.kill(node);
    const change = () => world.api.request('PATCH', `/v1/calls/${callId}`, { tags: { seen: 'yes' } });
    expect(await change()).toMatchObject({ status: 504, body: { code: 'owner-unreachable' } });
    await Promise.all([caller.media.listen(1000), callee.media.listen(1000)]);
    await nodes.startAgain(node);
    expect(await change()).toMatchObject({ status: 200, body: { tags: { seen: 'yes' }, status: 'in-progress' } });
    await Promise.all([caller.media.listen(1000), callee.media.listen(1000)]);
    heardWithoutGap(caller, marks[0]!, 'callee');
    heardWithoutGap(callee, marks[1]!, 'caller');

    await callee.bye();
    await caller.ended;
    const result = await world.result(action);
    const cdr = await world.cdr(callId);
    expect(cdr).toMatchObject({ status: 'completed', tags: { seen: 'yes' }, recordingIds: [result.recordingId] });
    expect(result).toMatchObject({ verb: 'dial', dialStatus: 'completed', bridged: true });
    expect((await world.cdr(result.dialCallId as string)).termination).toMatchObject({
      by: 'remote',
      reason: 'hangup',
    });
    for (const id of [callId, result.dialCallId as string]) {
      expect(world.eventsOf(id).filter(({ type }) => type === 'cdr.created')).toHaveLength(1);
    }
    const { samples, durationMs } = await recorded(result.recordingId as string);
    expect(durationMs).toBeGreaterThan((result.durationSeconds as number) * 1000 - 2000);
    // Both tones for all but the first moments, in which one of them was not there yet.
    expect(samples.map((channel) => whoIsHeard(channel))).toEqual([['caller'], ['callee']]);
    for (const channel of samples) {
      const [heard] = Object.values(heardMilliseconds(channel));
      expect(heard).toBeGreaterThan(durationMs - 1000);
    }
  });

  it('is told of a party that hung up while it was away, and has other calls begin their verb again', async () => {
    const { world } = on;
    const { caller, callee, action } = await talking();
    const menu = await world.line([{ verb: 'gather', numDigits: 1, timeout: 60, action: world.newPath('key') }]);
    const other = await world.call(menu);
    await other.answered();
    const asked = await world.callId(menu.path);
    await isKept(asked);
    await nodes.kill(node);
    const gone = caller.bye();
    await nodes.startAgain(node);
    await gone;
    await callee.ended;
    expect(await world.result(action)).toMatchObject({ dialStatus: 'completed', bridged: true });
    await world.eventually('the process to have taken it over', async () =>
      (await world.timeline(asked)).find(({ summary }) => summary.includes('taken the call over and goes on')),
    );
    await other.bye();
    expect((await world.cdr(asked)).termination).toMatchObject({ by: 'remote', reason: 'hangup' });
  });

  it('ends what it cannot go on with at once: the caller whom nobody had answered may call again, the phone that rang falls silent', async () => {
    const { world } = on;
    const number = world.newNumber('a');
    const line = await world.line([{ verb: 'dial', targets: [{ type: 'number', number }], answerOnBridge: true }]);
    const caller = await world.call(line);
    const callee = await world.carried('a', number);
    await callee.ring();
    const callId = await world.callId(line.path);
    const callOf = ({ data }: EventView) => data.call as { id: string; parentCallId?: string };
    const dialled = callOf(await world.event('call.ringing', (event) => callOf(event).parentCallId === callId)).id;
    await Promise.all([isKept(callId), isKept(dialled)]);
    await nodes.kill(node);
    await nodes.startAgain(node);
    expect(await callee.ended).toMatchObject({ how: 'CANCEL' });
    const refused = await caller.final;
    expect([refused.status, Number(headerOf(refused, 'Retry-After'))]).toEqual([503, 5]);
    for (const id of [callId, dialled]) {
      expect(await world.cdr(id)).toMatchObject({ status: 'failed', termination: { reason: 'owner-lost' } });
      expect(world.eventsOf(id).filter(({ type }) => type === 'cdr.created')).toHaveLength(1);
    }
  });
});

async function recorded(recordingId: string) {
  const { world } = on;
  await world.event('recording.available', ({ data }) => (data.recording as { id: string }).id === recordingId);
  const file = join(folder, `${recordingId}.wav`);
  writeFileSync(file, await world.api.download(`/v1/recordings/${recordingId}/media?format=wav`));
  const { channels, rate } = await readSoundFile(file);
  return { samples: channels, durationMs: (channels[0]!.length / rate) * 1000 };
}
