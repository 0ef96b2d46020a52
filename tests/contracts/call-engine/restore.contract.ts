import { join } from 'node:path';
import type { LegSnapshot, RestoredLeg } from '@hookswitch/media/port/leg-snapshot';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import { describe, expect, it } from 'vitest';
import { readSoundFile } from '../../ear/read-sound-file.js';
import type { FarEnd } from '../call-engine-worlds/call-world.js';
import {
  answeredCall,
  dial,
  dialledCall,
  digits,
  type EngineTest,
  endOf,
  ringingCall,
  settled,
  steadyTone,
  successor,
  tonesOn,
  type Up,
  untilIdle,
  type Watched,
  watch,
} from './test-calls.js';

/** Two legs that talked, taken over: the caller's and the callee's. */
interface Talk {
  readonly test: EngineTest;
  readonly caller: Watched;
  readonly callee: Watched;
}

export function restoreSentences(up: Up) {
  /** A call in and a call out, connected, whose engine died and was followed by another; connected again, and started. */
  async function resumedTalk(): Promise<Talk> {
    const before = await up();
    const caller = await answeredCall(before);
    const callee = await dialledCall(before);
    before.engine.connect(caller.leg, callee.leg);
    const snapshots = [snapshotOf(caller.leg), snapshotOf(callee.leg)];
    const test = await successor(before);
    const restored = await test.engine.restore(snapshots);
    const talk = { test, caller: again(restored, caller), callee: again(restored, callee) };
    test.engine.connect(talk.caller.leg, talk.callee.leg);
    await test.engine.start();
    // Far ends see that their connections are gone.
    await test.world.pass(100);
    return talk;
  }

  /** A caller, at 400 Hz, and whom we dialled, at 900 Hz, hear each other. */
  async function talking() {
    const before = await up();
    const caller = await answeredCall(before);
    const callee = await dialledCall(before);
    before.engine.connect(caller.leg, callee.leg);
    caller.far.speak(400);
    callee.far.speak(900);
    await before.world.until('they hear each other', () => callee.far.hears(400) && caller.far.hears(900));
    return { before, caller, callee };
  }

  describe('an engine that follows one that died (restore)', () => {
    it('goes on with answered legs as they were, and with those who hear each other without a gap', async () => {
      const { before, caller, callee } = await talking();
      const { world } = before;
      const snapshots = [snapshotOf(caller.leg), snapshotOf(callee.leg)];
      const facts = [caller.leg.facts, callee.leg.facts];
      const test = await successor(before);
      expect([callee.far.hears(400), caller.far.hears(900)]).toEqual([true, true]);
      const restored = await test.engine.restore(snapshots);
      expect(restored.map(({ call }) => [call.id, call.direction, call.status, call.facts])).toEqual([
        [caller.leg.id, 'inbound', 'answered', facts[0]],
        [callee.leg.id, 'outbound', 'answered', facts[1]],
      ]);
      expect(test.engine.calls()).toEqual(restored.map(({ call }) => call));
      test.engine.connect(restored[0]!.call, restored[1]!.call);
      await test.engine.start();
      for (let turn = 0; turn < 10; turn += 1) {
        await world.pass(50);
        expect([callee.far.hears(400), caller.far.hears(900)]).toEqual([true, true]);
      }
      expect([caller.far.ended, callee.far.ended]).toEqual([false, false]);
    });

    it('seats those who hear each other in a conference at once, without a gap', async () => {
      const { before, caller, callee } = await talking();
      const { world } = before;
      const snapshots = [snapshotOf(caller.leg), snapshotOf(callee.leg)];
      const test = await successor(before);
      const restored = await test.engine.restore(snapshots);
      const conference = test.engine.conference();
      conference.atOnce(() => {
        const members = restored.map(({ call }) => conference.add(call, { speaksTo: 'nobody' }));
        for (const member of members) member.setHearing({ speaksTo: 'everyone' });
      });
      await test.engine.start();
      for (let turn = 0; turn < 10; turn += 1) {
        await world.pass(50);
        expect([callee.far.hears(400), caller.far.hears(900)]).toEqual([true, true]);
      }
      conference.atOnce(() => conference.members[0]!.hold());
      await world.until('who is held is not heard', () => !callee.far.hears(400) && !caller.far.hears(900));
    });

    it('hangs its legs up, and nothing is left', async () => {
      const { test, caller, callee } = await resumedTalk();
      caller.leg.hangUp();
      callee.leg.hangUp({ reason: 'shutdown', by: 'system' });
      expect([await endOf(test, caller), await endOf(test, callee)]).toMatchObject([
        { result: 'completed', by: 'local', reason: 'hangup' },
        { result: 'completed', by: 'system', reason: 'shutdown' },
      ]);
      await test.world.until('the far ends are let go', () => caller.far.ended && callee.far.ended);
      await untilIdle(test);
    });

    it('is told of who hangs up, once', async () => {
      const { test, caller, callee } = await resumedTalk();
      caller.far.hangUp();
      callee.far.hangUp();
      expect([await endOf(test, caller), await endOf(test, callee)]).toMatchObject([
        { result: 'completed', by: 'remote', reason: 'hangup' },
        { result: 'completed', by: 'remote', reason: 'hangup' },
      ]);
      await untilIdle(test);
      expect([caller.events, callee.events]).toEqual([['ended'], ['ended']]);
    });

    it('is told of who hung up while nobody listened', async () => {
      const before = await up();
      const { leg, far } = await answeredCall(before);
      const snapshot = snapshotOf(leg);
      const test = await successor(before);
      far.hangUp();
      await test.world.pass(200);
      const restored = await test.engine.restore([snapshot]);
      const call = { leg: restored[0]!.call, ...watch(restored[0]!.call) };
      await test.engine.start();
      const told = { by: 'remote', reason: 'hangup' };
      const unheard = { by: 'system', reason: 'media-lost' };
      expect(await endOf(test, call)).toMatchObject(test.world.farEndsRepeat ? told : unheard);
      await untilIdle(test);
    });

    it('is put on hold and taken back; who held before holds still', async () => {
      const before = await up();
      const caller = await answeredCall(before);
      const callee = await dialledCall(before);
      callee.far.hold();
      await before.world.until('it is held', () => callee.events.includes('held'));
      const snapshots = [snapshotOf(caller.leg), snapshotOf(callee.leg)];
      const test = await successor(before);
      const restored = await test.engine.restore(snapshots);
      const [first, second] = [again(restored, caller), again(restored, callee)];
      await test.engine.start();
      await test.world.pass(100);
      void second.leg.play(steadyTone(400));
      first.far.hold();
      await test.world.until('the caller holds', () => first.events.includes('held'));
      expect([second.events, second.far.hears(400)]).toEqual([[], false]);
      first.far.resume();
      second.far.resume();
      await test.world.until('both are back', () => [first, second].every(({ events }) => events.includes('resumed')));
      await test.world.until('sound flows again', () => second.far.hears(400));
    });

    it('is told of the keys that were pressed while nobody listened', async () => {
      const before = await up();
      const { leg, far } = await answeredCall(before);
      const snapshot = snapshotOf(leg);
      const test = await successor(before);
      far.press('42');
      await test.world.pass(1_000);
      const restored = await test.engine.restore([snapshot]);
      const call = { leg: restored[0]!.call, ...watch(restored[0]!.call) };
      await test.engine.start();
      await test.world.until('they are told', () => call.events.length >= 2);
      expect(call.events).toEqual(['digit 4', 'digit 2']);
    });

    it('plays, collects and sends digits', async () => {
      const { test, caller, callee } = await resumedTalk();
      const collected = caller.leg.collect({ ...digits, maxDigits: 2 });
      caller.far.press('42');
      expect(await settled(test, collected)).toMatchObject({ digits: '42', end: 'complete' });
      await test.world.until('they pass to who hears the leg', () => callee.far.receivedDigits === '42');
      await settled(test, callee.leg.sendDigits('7'));
      await test.world.until('they arrive', () => callee.far.receivedDigits === '427');
      void caller.leg.play(steadyTone(1_000, 5_000));
      await test.world.until('it is heard', () => caller.far.hears(1_000));
    });

    it('goes on recording, and the file has all of it', async () => {
      const { before, caller, callee } = await talking();
      const { world } = before;
      const path = join(world.folder, 'through.wav');
      caller.leg.record({ recordingId: 'RE-through', path, channels: 2 });
      await world.pass(1_000);
      const snapshots = [snapshotOf(caller.leg), snapshotOf(callee.leg)];
      const test = await successor(before);
      const restored = await test.engine.restore(snapshots);
      test.engine.connect(restored[0]!.call, restored[1]!.call);
      await test.engine.start();
      const [recording] = restored[0]!.recordings;
      expect([recording?.id, restored[1]!.recordings]).toEqual(['RE-through', []]);
      await world.pass(1_000);
      recording!.pause('silence');
      recording!.resume();
      const file = await settled(test, recording!.stop());
      expect(file).toMatchObject({ recordingId: 'RE-through', path, channels: 2, end: 'stopped' });
      expect(file.durationMs).toBeGreaterThanOrEqual(2_500 - world.slackMs - 40);
      const { channels } = await readSoundFile(path);
      expect(channels.map(tonesOn)).toEqual([[400], [900]]);
      expect(channels[0]!.length / 8).toBeGreaterThanOrEqual(2_500 - world.slackMs - 40);
    });

    it('tells of a recording that ended while nobody listened', async () => {
      const before = await up();
      const { leg } = await answeredCall(before);
      const path = join(before.world.folder, 'short.wav');
      leg.record({ recordingId: 'RE-short', path, channels: 1, maxDurationMs: 300 });
      await before.world.pass(100);
      const snapshot = snapshotOf(leg);
      const test = await successor(before);
      await test.world.pass(600);
      const [restored] = await test.engine.restore([snapshot]);
      await test.engine.start();
      const file = await settled(test, restored!.recordings[0]!.finished);
      expect(file).toMatchObject({ recordingId: 'RE-short', end: 'max-duration' });
    });

    it('takes no leg over whose snapshot is not its own, and lets its far end go', async () => {
      const before = await up();
      const calls = [await answeredCall(before), await dialledCall(before), await answeredCall(before)] as const;
      const [first, second, third] = calls.map(({ leg }) => snapshotOf(leg));
      const test = await successor(before);
      const restored = await test.engine.restore([
        { ...first!, version: first!.version + 1 },
        { ...second!, driver: 'another' },
        third!,
      ]);
      expect(restored.map(({ call }) => call.id)).toEqual([calls[2].leg.id]);
      await test.engine.start();
      expect(test.engine.calls().map(({ id }) => id)).toEqual([calls[2].leg.id]);
      restored[0]!.call.hangUp();
      await test.world.until('the far end is let go', () => calls[2].far.ended);
      await untilIdle(test);
    });

    it('takes no leg over whose sound is gone, and lets its far end go', async () => {
      const before = await up();
      const calls = [await answeredCall(before), await dialledCall(before)];
      const snapshots = calls.map(({ leg }) => snapshotOf(leg));
      const test = await successor(before, { soundSurvives: false });
      expect(await test.engine.restore(snapshots)).toEqual([]);
      await test.engine.start();
      await test.world.until('the far ends are let go', () => calls.every(({ far }) => far.ended));
      await untilIdle(test);
    });

    it('takes calls and makes them beside those it took over', async () => {
      const { test, caller, callee } = await resumedTalk();
      const another = await answeredCall(test);
      const out = await dialledCall(test);
      test.engine.connect(another.leg, out.leg);
      another.far.speak(400);
      caller.far.speak(900);
      await test.world.until('each hears its own', () => out.far.hears(400) && callee.far.hears(900));
      expect([out.far.hears(900), callee.far.hears(400)]).toEqual([false, false]);
    });

    it('leaves alone who was not answered: a callee who answers is let go', async () => {
      const before = await up();
      const callee = await before.world.callee({ rings: true });
      const out = dial(before, callee.target);
      await before.world.until('it rings', () => out.leg.status === 'ringing');
      expect(out.leg.snapshot()).toBeUndefined();
      const ringing = await ringingCall(before);
      expect(ringing.leg.snapshot()).toBeUndefined();
      const test = await successor(before);
      expect(await test.engine.restore([])).toEqual([]);
      await test.engine.start();
      callee.calls[0]!.answer();
      ringing.far.hangUp();
      await test.world.until('the callee is let go', () => callee.calls[0]!.ended);
      expect(test.engine.calls()).toEqual([]);
      await untilIdle(test);
    });

    it('may die as well: another takes the same legs over', async () => {
      const { test, caller, callee } = await resumedTalk();
      const snapshots = [snapshotOf(caller.leg), snapshotOf(callee.leg)];
      const third = await successor(test);
      const restored = await third.engine.restore(snapshots);
      const [first, second] = [again(restored, caller), again(restored, callee)];
      third.engine.connect(first.leg, second.leg);
      await third.engine.start();
      first.far.speak(400);
      await third.world.until('they hear each other', () => second.far.hears(400));
      first.far.hold();
      await third.world.until('it is held', () => first.events.includes('held'));
      second.leg.hangUp();
      await third.world.until('the far end is let go', () => second.far.ended);
    });
  });
}

/** The leg as the engine that follows has it. */
function again(restored: readonly RestoredLeg[], { leg, far }: { leg: LiveCall; far: FarEnd }): Watched {
  const { call } = restored.find((each) => each.call.id === leg.id)!;
  return { leg: call, far, ...watch(call) };
}

/** As it is after a store: JSON. */
function snapshotOf(leg: LiveCall): LegSnapshot {
  return JSON.parse(JSON.stringify(leg.snapshot())) as LegSnapshot;
}
