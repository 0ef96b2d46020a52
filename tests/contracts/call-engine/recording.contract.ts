import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSoundFile } from '../../ear/read-sound-file.js';
import { answeredCall, endOf, settled, steadyTone, tonesOn, type Up } from './test-calls.js';

/** Recordings of a leg. */
export function recordingSentences(up: Up): void {
  describe('recording', () => {
    it('puts what the leg says on channel 1 and what it hears on channel 2', async () => {
      const test = await up();
      const call = await answeredCall(test);
      call.far.speak(400);
      void call.leg.play(steadyTone(1_000));
      await test.world.until('both sound', () => call.far.hears(1_000));
      await test.world.pass(200);
      const path = join(test.world.folder, 'both.wav');
      const recording = call.leg.record({ recordingId: 'RE-both', path, channels: 2 });
      await test.world.pass(1_000);
      const file = await settled(test, recording.stop());
      expect(file).toMatchObject({ recordingId: 'RE-both', path, channels: 2, sampleRate: 8_000, end: 'stopped' });
      const sound = await readSoundFile(path);
      expect(Math.abs(sound.channels[0]!.length / 8 - file.durationMs)).toBeLessThanOrEqual(40);
      expect(tonesOn(sound.channels[0]!)).toEqual([400]);
      expect(tonesOn(sound.channels[1]!)).toEqual([1_000]);
    });

    it('leaves a pause out, or fills it with silence', async () => {
      const test = await up();
      const call = await answeredCall(test);
      call.far.speak(400);
      await test.world.pass(100);
      const start = (mode: 'skip' | 'silence') =>
        call.leg.record({ recordingId: mode, path: join(test.world.folder, `${mode}.wav`), channels: 1 });
      const [skipping, filling] = [start('skip'), start('silence')];
      await test.world.pass(400);
      skipping.pause('skip');
      filling.pause('silence');
      await test.world.pass(1_000);
      skipping.resume();
      filling.resume();
      await test.world.pass(400);
      const [skipped, filled] = [await settled(test, skipping.stop()), await settled(test, filling.stop())];
      const lost = filled.durationMs - skipped.durationMs;
      expect(lost).toBeGreaterThan(900);
      const middle = (await readSoundFile(filled.path)).channels[0]!.subarray(4_800, 8_000);
      expect(tonesOn(middle)).toEqual([]);
    });

    it('ends by its own limits, and with the call before the call is told to have ended', async () => {
      const test = await up();
      const call = await answeredCall(test);
      call.far.speak(400);
      await test.world.pass(100);
      const record = (id: string, more: { maxDurationMs?: number; silenceTimeoutMs?: number }) =>
        call.leg.record({ recordingId: id, path: join(test.world.folder, `${id}.wav`), channels: 1, ...more });
      const limited = record('limited', { maxDurationMs: 400 });
      const quiet = record('quiet', { silenceTimeoutMs: 500 });
      const whole = record('whole', {});
      const order: string[] = [];
      void whole.finished.then(() => order.push('recording'));
      call.leg.events.on('ended', () => order.push('ended'));
      expect(await settled(test, limited.finished)).toMatchObject({ end: 'max-duration' });
      call.far.speak(undefined);
      expect(await settled(test, quiet.finished)).toMatchObject({ end: 'silence' });
      call.far.hangUp();
      expect(await settled(test, whole.finished)).toMatchObject({ end: 'call-ended' });
      await endOf(test, call);
      expect(order).toEqual(['recording', 'ended']);
      expect(test.engine.gauges().recordings).toBe(0);
    });
  });
}
