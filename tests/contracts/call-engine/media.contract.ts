import { describe, expect, it } from 'vitest';
import type { Callee } from '../call-engine-worlds/call-world.js';
import {
  answeredCall,
  dial,
  dialledCall,
  endOf,
  ringingCall,
  settled,
  sine,
  steadyTone,
  type Up,
} from './test-calls.js';

/** Playing to a leg, and connecting two. */
export function mediaSentences(up: Up): void {
  describe('playing', () => {
    it('is heard, and finishes after the length of the sound', async () => {
      const test = await up();
      const call = await answeredCall(test);
      const playing = call.leg.play(sine(700, 400));
      await test.world.until('it is heard', () => call.far.hears(700));
      let result: Awaited<typeof playing> | undefined;
      void playing.then((end) => {
        result = end;
      });
      await test.world.until('it finishes', () => result !== undefined);
      expect(result!.end).toBe('finished');
      expect(Math.abs(result!.playedMs - 400)).toBeLessThanOrEqual(40);
    });

    it('loops as often as asked', async () => {
      const test = await up();
      const call = await answeredCall(test);
      let playedMs = 0;
      void call.leg.play(sine(700, 200), { loops: 3 }).then((end) => {
        playedMs = end.playedMs;
      });
      await test.world.until('it finishes', () => playedMs > 0);
      expect(Math.abs(playedMs - 600)).toBeLessThanOrEqual(60);
    });

    it('is interrupted by its signal, at once', async () => {
      const test = await up();
      const call = await answeredCall(test);
      const abort = new AbortController();
      const playing = call.leg.play(sine(700, 200), { loops: 0, signal: abort.signal });
      await test.world.until('it is heard', () => call.far.hears(700));
      await test.world.pass(500);
      abort.abort();
      expect((await settled(test, playing)).end).toBe('interrupted');
      await test.world.until('it is no longer heard', () => !call.far.hears(700));
      expect(await call.leg.play(sine(700, 200), { signal: abort.signal })).toEqual({
        end: 'interrupted',
        playedMs: 0,
      });
    });

    it('gives way to a second sound', async () => {
      const test = await up();
      const call = await answeredCall(test);
      const first = call.leg.play(steadyTone(700));
      await test.world.until('the first is heard', () => call.far.hears(700));
      const second = call.leg.play(steadyTone(1_100));
      expect((await settled(test, first)).end).toBe('interrupted');
      await test.world.until('the second is heard alone', () => call.far.hears(1_100) && !call.far.hears(700));
      call.leg.hangUp();
      expect((await settled(test, second)).end).toBe('call-ended');
    });

    it('waits for media', async () => {
      const test = await up();
      const call = await ringingCall(test);
      const playing = call.leg.play(steadyTone(700));
      await test.world.pass(200);
      expect(call.far.hears(700)).toBe(false);
      await call.leg.answer();
      await test.world.until('it is heard', () => call.far.hears(700));
      call.far.hangUp();
      await endOf(test, call);
      expect((await settled(test, playing)).end).toBe('call-ended');
    });
  });

  describe('connecting two legs', () => {
    async function connected() {
      const test = await up();
      const a = await answeredCall(test);
      const b = await dialledCall(test);
      const connection = test.engine.connect(a.leg, b.leg);
      a.far.speak(400);
      b.far.speak(900);
      await test.world.until('each hears the other', () => a.far.hears(900) && b.far.hears(400));
      return { test, a, b, connection };
    }

    it('lets them hear each other, and no longer after disconnect', async () => {
      const { test, a, b, connection } = await connected();
      connection.disconnect();
      connection.disconnect();
      expect(await connection.ended).toBe('disconnected');
      await test.world.until('neither hears the other', () => !a.far.hears(900) && !b.far.hears(400));
      expect([a.leg.status, b.leg.status]).toEqual(['answered', 'answered']);
    });

    it('plays to one leg instead of its peer, which hears it still', async () => {
      const { test, a, b } = await connected();
      const abort = new AbortController();
      const playing = a.leg.play(steadyTone(1_500), { signal: abort.signal });
      await test.world.until('the sound instead of the peer', () => a.far.hears(1_500) && !a.far.hears(900));
      expect([b.far.hears(400), b.far.hears(1_500)]).toEqual([true, false]);
      abort.abort();
      await playing;
      await test.world.until('the peer again', () => a.far.hears(900));
    });

    it('passes digits on', async () => {
      const { test, a, b } = await connected();
      a.far.press('7');
      await test.world.until('the peer has it', () => b.far.receivedDigits === '7');
      await test.world.until('and we', () => a.events.includes('digit 7'));
    });

    it('can mute either direction', async () => {
      const { test, a, b } = await connected();
      a.leg.mute('in', true);
      await test.world.until('the peer no longer hears it', () => !b.far.hears(400));
      expect(a.far.hears(900)).toBe(true);
      a.leg.mute('in', false);
      a.leg.mute('out', true);
      await test.world.until('it hears nothing', () => !a.far.hears(900) && b.far.hears(400));
    });

    it('ends with either leg, and the other lives on', async () => {
      const { test, a, b, connection } = await connected();
      a.far.hangUp();
      await endOf(test, a);
      expect(await connection.ended).toBe('a-ended');
      expect(b.leg.status).toBe('answered');
      await test.world.until('silence', () => !b.far.hears(400));
    });

    it('takes legs in early media, and replaces an earlier connection', async () => {
      const { test, a, connection } = await connected();
      const callee: Callee = await test.world.callee({ sendsEarlyMedia: true });
      const ringing = dial(test, callee.target);
      const second = test.engine.connect(a.leg, ringing.leg);
      expect(await connection.ended).toBe('disconnected');
      await test.world.until('early media', () => ringing.events.includes('earlyMedia'));
      callee.calls[0]!.speak(1_300);
      await test.world.until('the caller hears the early media', () => a.far.hears(1_300) && !a.far.hears(900));
      ringing.leg.hangUp();
      expect(await second.ended).toBe('b-ended');
      expect(await test.engine.connect(a.leg, ringing.leg).ended).toBe('b-ended');
    });
  });
}
