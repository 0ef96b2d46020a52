import { join } from 'node:path';
import type { Conference, Hearing, Member } from '@hookswitch/media/port/conference';
import { ConferenceFullError } from '@hookswitch/media/port/engine-errors';
import { describe, expect, it } from 'vitest';
import { readSoundFile } from '../../ear/read-sound-file.js';
import { toneLevel } from '../../ear/tone-level.js';
import {
  answeredCall,
  dial,
  dialledCall,
  digits,
  type EngineTest,
  endOf,
  idle,
  settled,
  sine,
  steadyTone,
  type Up,
  untilIdle,
  type Watched,
} from './test-calls.js';

/** One frequency a member: off the keys' frequencies, off each other's overtones, and far enough apart for the ear. */
const voices = [430, 530, 650, 890, 1_030, 1_130, 1_570, 1_810];
const music = 2_050;
const prompt = 2_290;

interface Party extends Watched {
  readonly hz: number;
  readonly member: Member;
}

/** A conference of so many; every second member was dialled. Each speaks in its own tone. */
async function party(up: Up, count: number, test?: EngineTest) {
  const made = test ?? (await up());
  const conference = made.engine.conference();
  const parties: Party[] = [];
  for (let at = 0; at < count; at += 1) parties.push(await seat(made, conference, voices[at]!, {}));
  return { test: made, conference, parties };
}

async function seat(test: EngineTest, conference: Conference, hz: number, hearing: Partial<Hearing>): Promise<Party> {
  const call = conference.members.length % 2 === 0 ? await answeredCall(test) : await dialledCall(test);
  call.far.speak(hz);
  return { ...call, hz, member: conference.add(call.leg, hearing) };
}

/** What each hears, of all voices here, the music and the prompt. */
function heard(parties: readonly Party[]): number[][] {
  const all = [...parties.map(({ hz }) => hz), music, prompt];
  return parties.map(({ far }) => all.filter((hz) => far.hears(hz)));
}

/** Waits until each hears exactly that, and sees that it stays so. */
async function untilHeard(test: EngineTest, parties: readonly Party[], wanted: readonly (readonly number[])[]) {
  const sorted = wanted.map((each) => [...each].sort((a, b) => a - b));
  const now = () => heard(parties).map((each) => each.sort((a, b) => a - b));
  const settled = () =>
    test.world
      .until('each hears whom it should', () => JSON.stringify(now()) === JSON.stringify(sorted))
      .catch(() => expect(now()).toEqual(sorted));
  await settled();
  await test.world.pass(300);
  // In real time a starved machine leaves gaps in any sound; where time is virtual it is so at this very moment.
  if (test.world.slackMs > 0) await settled();
  else expect(now()).toEqual(sorted);
}

/** Everybody hears everybody else. */
const everyoneHears = (parties: readonly Party[]) =>
  parties.map((one) => parties.filter((other) => other !== one).map(({ hz }) => hz));

/** Whom members hear, who may be noticed by all the others, and what becomes of them. */
export function conferenceSentences(up: Up): void {
  describe('a conference', () => {
    it.each([2, 3, 8])('of %i lets each hear all the others and not itself', async (count) => {
      const { test, conference, parties } = await party(up, count);
      await untilHeard(test, parties, everyoneHears(parties));
      expect(conference.members).toEqual(parties.map(({ member }) => member));
    });

    it('lets a supervisor listen, whisper and barge in, and only then be heard', async () => {
      const { test, conference, parties } = await party(up, 2);
      const [customer, agent] = parties as [Party, Party];
      await untilHeard(test, parties, everyoneHears(parties));
      const supervisor = await seat(test, conference, voices[2]!, { speaksTo: 'nobody' });
      const all = [customer, agent, supervisor];
      const both = [customer.hz, agent.hz];
      await untilHeard(test, all, [[agent.hz], [customer.hz], both]);
      supervisor.member.setHearing({ speaksTo: [agent.member] });
      await untilHeard(test, all, [[agent.hz], [customer.hz, supervisor.hz], both]);
      supervisor.member.setHearing({ speaksTo: 'everyone' });
      await untilHeard(test, all, everyoneHears(all));
      supervisor.member.setHearing({ speaksTo: 'nobody', hears: [customer.member] });
      await untilHeard(test, all, [[agent.hz], [customer.hz], [customer.hz]]);
      supervisor.member.leave();
      await untilHeard(test, all, [[agent.hz], [customer.hz], []]);
      expect(supervisor.leg.status).toBe('answered');
    });

    it('holds a member with music, and takes it back', async () => {
      const { test, parties } = await party(up, 3);
      const [a, b, c] = parties as [Party, Party, Party];
      await untilHeard(test, parties, everyoneHears(parties));
      a.member.hold(sine(music, 400));
      expect(a.member.onHold?.music).toBeDefined();
      await untilHeard(test, parties, [[music], [c.hz], [b.hz]]);
      await test.world.pass(1_000);
      await untilHeard(test, parties, [[music], [c.hz], [b.hz]]);
      a.member.hold();
      await untilHeard(test, parties, [[], [c.hz], [b.hz]]);
      a.member.retrieve();
      a.member.retrieve();
      expect(a.member.onHold).toBeUndefined();
      await untilHeard(test, parties, everyoneHears(parties));
    });

    it('plays to a member on hold instead of the music, which then goes on', async () => {
      const { test, parties } = await party(up, 2);
      const [a] = parties as [Party, Party];
      a.member.hold(sine(music, 400));
      await untilHeard(test, parties, [[music], []]);
      const playing = a.leg.play(sine(prompt, 600));
      await test.world.until('the prompt instead', () => a.far.hears(prompt) && !a.far.hears(music));
      expect((await settled(test, playing)).end).toBe('finished');
      await untilHeard(test, parties, [[music], []]);
    });

    it('mutes either direction of a member', async () => {
      const { test, parties } = await party(up, 3);
      const [a, b, c] = parties as [Party, Party, Party];
      await untilHeard(test, parties, everyoneHears(parties));
      a.leg.mute('in', true);
      await untilHeard(test, parties, [[b.hz, c.hz], [c.hz], [b.hz]]);
      a.leg.mute('in', false);
      b.leg.mute('out', true);
      await untilHeard(test, parties, [[b.hz, c.hz], [], [a.hz, b.hz]]);
    });

    it.each([2, 3])('of %i plays to one member: instead of, over, or above the others', async (count) => {
      const { test, parties } = await party(up, count);
      const [a, ...others] = parties as [Party, ...Party[]];
      await untilHeard(test, parties, everyoneHears(parties));
      const usual = everyoneHears(parties).slice(1);
      const voicesOfOthers = others.map(({ hz }) => hz);
      for (const [mode, meanwhile] of [
        ['instead', [prompt]],
        ['over', [prompt, ...voicesOfOthers]],
      ] as const) {
        const abort = new AbortController();
        const playing = a.leg.play(steadyTone(prompt), { mode, signal: abort.signal });
        await untilHeard(test, parties, [meanwhile, ...usual]);
        abort.abort();
        expect((await settled(test, playing)).end).toBe('interrupted');
        await untilHeard(test, parties, everyoneHears(parties));
      }
      const ducked = a.leg.play(sine(prompt, 400), { mode: 'ducked' });
      await test.world.until('the prompt is heard', () => a.far.hears(prompt));
      expect(await settled(test, ducked)).toMatchObject({ end: 'finished' });
      await untilHeard(test, parties, everyoneHears(parties));
    });

    it('plays to all who are not on hold, and to one who leaves no longer', async () => {
      const { test, conference, parties } = await party(up, 3);
      const [a, b, c] = parties as [Party, Party, Party];
      c.member.hold(sine(music, 400));
      const abort = new AbortController();
      const playing = conference.play(steadyTone(prompt), { signal: abort.signal });
      await untilHeard(test, parties, [[prompt], [prompt], [music]]);
      b.member.leave();
      await untilHeard(test, parties, [[prompt], [], [music]]);
      abort.abort();
      expect((await settled(test, playing)).end).toBe('interrupted');
      await untilHeard(test, parties, [[], [], [music]]);
      expect(await settled(test, conference.play(sine(prompt, 200)))).toMatchObject({ end: 'finished' });
      a.member.leave();
      expect(await conference.play(sine(prompt, 200))).toEqual({ end: 'call-ended', playedMs: 0 });
    });

    it('passes a key to those who hear the member, once, and collects it where it was pressed', async () => {
      const { test, conference, parties } = await party(up, 3);
      const [a, b, c] = parties as [Party, Party, Party];
      const listener = await seat(test, conference, voices[3]!, { speaksTo: 'nobody' });
      const voicesHere = parties.map(({ hz }) => hz);
      await untilHeard(test, [...parties, listener], [...everyoneHears(parties), voicesHere]);
      const collected = a.leg.collect({ ...digits, maxDigits: 2 });
      const none = b.leg.collect({ ...digits, firstDigitTimeoutMs: 600 });
      a.far.press('12');
      expect(await settled(test, collected)).toEqual({ digits: '12', end: 'complete' });
      expect(await settled(test, none)).toEqual({ digits: '', end: 'timeout' });
      const received = (...who: Party[]) => who.map(({ far }) => far.receivedDigits);
      await test.world
        .until('the others have it', () => received(b, c, listener).every((keys) => keys === '12'))
        .catch(() => expect(received(b, c, listener)).toEqual(['12', '12', '12']));
      listener.far.press('9');
      await test.world.until('it is told', () => listener.events.includes('digit 9'));
      await test.world.pass(300);
      expect(received(a, b, c)).toEqual(['', '12', '12']);
      await settled(test, a.leg.sendDigits('7'));
      await test.world.until('it has it', () => a.far.receivedDigits === '7');
      await untilHeard(test, [a, b, c], everyoneHears([a, b, c]));
    });

    it('records a member: what it says, and the mix it hears', async () => {
      const { test, parties } = await party(up, 3);
      const [a, b, c] = parties as [Party, Party, Party];
      await untilHeard(test, parties, everyoneHears(parties));
      const path = join(test.world.folder, 'member.wav');
      const recording = a.leg.record({ recordingId: 'RE-member', path, channels: 2 });
      await test.world.pass(1_000);
      await settled(test, recording.stop());
      const sound = await readSoundFile(path);
      const voicesOn = (channel: number) => {
        const samples = sound.channels[channel]!;
        const middle = samples.subarray(Math.floor(samples.length / 10), Math.ceil((samples.length * 9) / 10));
        return parties.map(({ hz }) => hz).filter((hz) => toneLevel(middle, hz) > -35);
      };
      expect([voicesOn(0), voicesOn(1)]).toEqual([[a.hz], [b.hz, c.hz]]);
    });

    it('does not leak into another', async () => {
      const first = await party(up, 3);
      const conference = first.test.engine.conference();
      const second = [
        await seat(first.test, conference, voices[3]!, {}),
        await seat(first.test, conference, voices[4]!, {}),
      ];
      const all = [...first.parties, ...second];
      const apart = [...everyoneHears(first.parties), ...everyoneHears(second)];
      await untilHeard(first.test, all, apart);
      const moved = first.parties[2]!;
      conference.add(moved.leg);
      expect(await moved.member.left).toBe('moved');
      const [a, b] = first.parties as [Party, Party];
      const together = everyoneHears([moved, ...second]);
      await untilHeard(first.test, [a, b, moved, ...second], [...everyoneHears([a, b]), ...together]);
      expect(first.test.engine.gauges().conferences).toBe(2);
    });

    it('takes a connected pair, who hear each other on; the connection ends', async () => {
      const test = await up();
      const a = await answeredCall(test);
      const b = await dialledCall(test);
      const [lowest, next] = voices as [number, number];
      a.far.speak(lowest);
      b.far.speak(next);
      const connection = test.engine.connect(a.leg, b.leg);
      await test.world.until('each hears the other', () => a.far.hears(next) && b.far.hears(lowest));
      const path = join(test.world.folder, 'taken.wav');
      const recording = b.leg.record({ recordingId: 'RE-taken', path, channels: 2, directions: 'heard' });
      await test.world.pass(500);
      const conference = test.engine.conference();
      const parties = [
        { ...a, hz: lowest, member: conference.add(a.leg) },
        { ...b, hz: next, member: conference.add(b.leg) },
      ];
      expect(await connection.ended).toBe('disconnected');
      await test.world.pass(300);
      const third = await seat(test, conference, voices[2]!, {});
      await untilHeard(test, [...parties, third], everyoneHears([...parties, third]));
      third.member.leave();
      await untilHeard(test, parties, everyoneHears(parties));
      await settled(test, recording.stop());
      expect(longestWithout((await readSoundFile(path)).channels[1]!, lowest)).toBeLessThanOrEqual(
        100 + test.world.slackMs,
      );
    });

    it('goes on without a gap for the others while members come, go, and change whom they hear', async () => {
      const { test, conference, parties } = await party(up, 3);
      const [a, b] = parties as [Party, Party, Party];
      await untilHeard(test, parties, everyoneHears(parties));
      const path = join(test.world.folder, 'others.wav');
      const recording = b.leg.record({ recordingId: 'RE-others', path, channels: 2, directions: 'heard' });
      await test.world.pass(400);
      const fourth = await seat(test, conference, voices[3]!, {});
      await untilHeard(test, [...parties, fourth], everyoneHears([...parties, fourth]));
      fourth.member.setHearing({ speaksTo: 'nobody', hears: 'nobody' });
      await test.world.pass(200);
      fourth.member.hold(sine(music, 200));
      await test.world.pass(200);
      fourth.far.hangUp();
      await endOf(test, fourth);
      await test.world.pass(300);
      await settled(test, recording.stop());
      expect(longestWithout((await readSoundFile(path)).channels[1]!, a.hz)).toBeLessThanOrEqual(
        100 + test.world.slackMs,
      );
    });

    it('tells who joins and leaves, and why', async () => {
      const test = await up();
      const conference = test.engine.conference();
      const told: string[] = [];
      conference.events.on('joined', ({ leg }) => told.push(`joined ${leg.id}`));
      conference.events.on('left', ({ leg }, because) => told.push(`${because} ${leg.id}`));
      const [a, b, c, d] = [
        await seat(test, conference, voices[0]!, {}),
        await seat(test, conference, voices[1]!, {}),
        await seat(test, conference, voices[2]!, {}),
        await seat(test, conference, voices[3]!, {}),
      ];
      a.far.hangUp();
      await endOf(test, a);
      b.member.leave();
      b.member.leave();
      test.engine.connect(c.leg, b.leg);
      conference.end();
      conference.end();
      await conference.ended;
      const ids = [a, b, c, d].map(({ leg }) => leg.id);
      expect(told).toEqual([
        ...ids.map((id) => `joined ${id}`),
        `leg-ended ${ids[0]}`,
        `left ${ids[1]}`,
        `moved ${ids[2]}`,
        `conference-ended ${ids[3]}`,
      ]);
      expect([a, b, c, d].map(({ member }) => member.leftBecause)).toEqual([
        'leg-ended',
        'left',
        'moved',
        'conference-ended',
      ]);
      expect(conference.members).toEqual([]);
      expect([b, c, d].map(({ leg }) => leg.status)).toEqual(['answered', 'answered', 'answered']);
      await test.world.pass(300);
      await untilHeard(test, [b, c, d], [[c.hz], [b.hz], []]);
    });

    it('takes legs in early media, and such as ring still once they have sound', async () => {
      const { test, conference, parties } = await party(up, 1);
      const [a] = parties as [Party];
      const callee = await test.world.callee({ rings: true, sendsEarlyMedia: true });
      const ringing = dial(test, callee.target);
      conference.add(ringing.leg);
      await test.world.until('early media', () => ringing.events.includes('earlyMedia'));
      callee.calls[0]!.speak(voices[1]);
      await test.world.until('it is heard', () => a.far.hears(voices[1]!));
      callee.calls[0]!.answer();
      await test.world.until('both hear', () => a.far.hears(voices[1]!) && callee.calls[0]!.hears(a.hz));
    });

    it('has only so many seats', async () => {
      const test = await up();
      const conference = test.engine.conference({ maxSpeakers: 1, maxMembers: 2 });
      const first = await seat(test, conference, voices[0]!, {});
      const call = await dialledCall(test);
      expect(() => conference.add(call.leg)).toThrow(ConferenceFullError);
      const listener = conference.add(call.leg, { speaksTo: 'nobody' });
      expect(() => listener.setHearing({ speaksTo: [first.member] })).toThrow(ConferenceFullError);
      expect(listener.hearing).toEqual({ speaksTo: 'nobody', hears: 'everyone' });
      const another = await answeredCall(test);
      expect(() => conference.add(another.leg, { speaksTo: 'nobody' })).toThrow(ConferenceFullError);
      first.member.leave();
      expect(conference.add(another.leg).leftBecause).toBeUndefined();
    });

    it('that ended, or a leg that did, gives a member that has left, on which nothing does anything', async () => {
      const { test, conference, parties } = await party(up, 1);
      const [a] = parties as [Party];
      a.leg.hangUp();
      await endOf(test, a);
      const late = conference.add(a.leg);
      expect(await late.left).toBe('leg-ended');
      conference.end();
      const call = await answeredCall(test);
      const member = conference.add(call.leg);
      expect(await member.left).toBe('conference-ended');
      member.hold(sine(music, 400));
      member.setHearing({ hears: 'nobody' });
      member.retrieve();
      member.leave();
      await test.world.pass(300);
      expect(call.far.hears(music)).toBe(false);
      call.leg.hangUp();
      await endOf(test, call);
      await untilIdle(test);
      expect(test.engine.gauges()).toEqual(idle);
    });

    it('ends with the engine', async () => {
      const { test, conference, parties } = await party(up, 3);
      await settled(test, test.engine.stop(0));
      await conference.ended;
      expect(parties.map(({ member }) => member.leftBecause)).toEqual(parties.map(() => 'leg-ended'));
      expect(test.engine.gauges()).toEqual(idle);
    });
  });
}

/** The longest time within the sound in which this frequency is not heard, milliseconds; its edges do not count. */
function longestWithout(samples: Int16Array, hz: number): number {
  const windowSamples = 320;
  const stepMs = 10;
  const isHeard: boolean[] = [];
  for (let at = 0; at + windowSamples <= samples.length; at += stepMs * 8) {
    isHeard.push(toneLevel(samples.subarray(at, at + windowSamples), hz) > -35);
  }
  const inner = isHeard.slice(isHeard.indexOf(true), isHeard.lastIndexOf(true) + 1);
  let longest = 0;
  let now = 0;
  for (const heardHere of inner) {
    now = heardHere ? 0 : now + stepMs;
    longest = Math.max(longest, now);
  }
  return longest;
}
