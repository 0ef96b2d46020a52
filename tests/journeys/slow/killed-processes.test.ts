import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSoundFile } from '../../ear/read-sound-file.js';
import { whoIsHeard } from '../../ear/who-is-heard.js';
import { BadDay } from '../bad-day.js';
import { ThreeProcesses } from '../three-processes.js';
import { useWorld } from '../world.js';

const options = { name: 'killed', redisDatabase: 10 } as const;
const processes = new ThreeProcesses(options);
const on = useWorld(options, () => processes.start());

describe('a process that is killed at a bad moment', () => {
  it('in a conversation: each call is closed once, in 30 s, and its recording is saved', {
    timeout: 180_000,
  }, async () => {
    const day = await BadDay.begin(on.world, { callsLoseTheirProcess: true });
    const number = on.world.newNumber('a');
    const targets = [{ type: 'number', number }];
    const line = await on.world.line([{ verb: 'dial', targets, record: 'record-from-answer-dual' }]);
    const caller = await on.world.call(line);
    const callee = await on.world.carried('a', number);
    await callee.answer();
    await Promise.all([caller.media.hears('callee'), callee.media.hears('caller')]);
    await caller.media.listen(2000);
    const callId = await on.world.callId(line.path);
    const [recordingId] = (await on.world.getCall(callId)).recordingIds;
    await processes.kill('calls');
    const killedAt = Date.now();
    const ended = await on.world.eventually(
      'the call to be closed',
      async () => {
        const call = await on.world.getCall(callId);
        return call.termination === null ? undefined : call;
      },
      60_000,
    );
    expect(ended).toMatchObject({ status: 'completed', termination: { by: 'system', reason: 'owner-lost' } });
    // The promise of the product, not of the machine that the test runs on.
    expect(Date.now() - killedAt).toBeLessThan(30_000);
    await on.world.cdr(callId);
    const { items } = await on.world.api.get<{ items: { id: string; termination: { reason: string } }[] }>(
      `/v1/calls?parentCallId=${callId}`,
    );
    expect(items).toHaveLength(1);
    const child = items[0]!.id;
    expect((await on.world.cdr(child)).termination).toMatchObject({ reason: 'owner-lost' });
    for (const id of [callId, child]) {
      const events = await on.world.api.get<{ items: { type: string; sequence: number }[] }>(`/v1/events?callId=${id}`);
      expect(events.items.filter(({ type }) => type === 'cdr.created')).toHaveLength(1);
      const sequences = events.items.map(({ sequence }) => sequence).reverse();
      expect(sequences).toEqual(sequences.map((_, index) => index + 1));
    }
    const recording = await on.world.eventually(
      'the recording to be saved',
      async () => {
        const { status } = await on.world.api.get<{ status: string }>(`/v1/recordings/${recordingId}`);
        return status === 'available' || status === 'failed' || status === 'absent' ? status : undefined;
      },
      120_000,
    );
    expect(recording).toBe('available');
    const folder = await mkdtemp(join(tmpdir(), 'hookswitch-saved-'));
    try {
      const file = join(folder, 'saved.wav');
      await writeFile(file, await on.world.api.download(`/v1/recordings/${recordingId}/media?format=wav`));
      const { channels, rate } = await readSoundFile(file);
      expect(channels.map((samples) => whoIsHeard(samples, { rate, atLeastMs: 500 }))).toEqual([
        ['caller'],
        ['callee'],
      ]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    await processes.startAgain('calls');
    await day.over();
  });

  it('while it delivers: everything arrives after its restart', { timeout: 300_000 }, async () => {
    on.world.sink.behave({ hang: true });
    const line = await on.world.line([{ verb: 'answer' }]);
    await (await on.world.call(line)).ended;
    const callId = await on.world.callId(line.path);
    await on.world.eventually('a delivery to be under way', async () =>
      on.world.sink.deliveries.some(({ event }) => event?.callId === callId) ? true : undefined,
    );
    await processes.kill('workers');
    on.world.sink.behave();
    await processes.startAgain('workers');
    // What was in the dead process's hands comes back when its lease is over.
    await on.world.eventually(
      'every event',
      async () => (on.world.eventsOf(callId).length === 4 ? true : undefined),
      240_000,
    );
    expect(on.world.eventsOf(callId).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
  });
});
