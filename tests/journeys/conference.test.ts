import { describe, expect, it } from 'vitest';
import type { Party } from '../ear/parties.js';
import { toneLevel } from '../ear/tone-level.js';
import { readWav } from '../ear/wav.js';
import { whoIsHeard } from '../ear/who-is-heard.js';
import type { ToneCall } from '../peers/tone-phone/tone-call.js';
import { type Attendee, allHearEachOther, ConferenceRoom } from './conference-room.js';
import { quiet, useWorld } from './world.js';

const on = useWorld({ name: 'conference', redisDatabase: 120 });

const waitPrompts = [{ verb: 'play', url: '/music.wav', loop: 0 }];
const enterHz = 880;
const exitHz = 587;

/** Resolves once a tenth of a second of what came since `from` is that tone. */
async function hearsTone({ media }: ToneCall, hertz: number, from: number): Promise<void> {
  await on.world.eventually(`a tone of ${hertz} Hz`, async () => {
    const heard = media.ear.samples(from);
    for (let start = 0; start + 800 <= heard.length; start += 400) {
      if (toneLevel(heard.subarray(start, start + 800), hertz) > -40) return true;
    }
    return undefined;
  });
}

/** What `action` was told. */
const told = ({ action }: Attendee) => on.world.result(action);

const participantPath = async (room: ConferenceRoom, { callId }: Attendee) =>
  `/v1/conferences/${(await room.is(() => true)).id}/participants/${callId}`;

/** Who is on each channel of a recording. */
async function recorded(recordingId: string, ...channels: readonly (readonly Party[])[]): Promise<void> {
  await on.world.event('recording.available', ({ data }) => (data.recording as { id: string }).id === recordingId);
  const wav = readWav(await on.world.api.download(`/v1/recordings/${recordingId}/media?format=wav`));
  const heard = wav.channels.map((samples) => whoIsHeard(samples, { rate: wav.rate, atLeastMs: 500 }));
  expect(heard.map((who) => [...who].sort())).toEqual(channels.map((who) => [...who].sort()));
}

describe('a conference', () => {
  it('lets three hear each other, tells each what came of it, and its events say who came and went, in order and without a gap', async () => {
    const room = new ConferenceRoom(on.world);
    const ann = await room.enters('caller', { label: 'Ann' });
    const ben = await room.enters('callee');
    const cem = await room.enters('agent');
    await allHearEachOther(ann, ben, cem);
    const { id } = await room.is(({ status, participants }) => status === 'in-progress' && participants === 3);
    await cem.call.bye();
    await allHearEachOther(ann, ben);
    await ben.call.bye();
    await room.is(({ participants }) => participants === 1);
    await ann.call.bye();
    expect(await told(ann)).toMatchObject({ conferenceResult: 'left', conferenceId: id, name: room.name });

    const events = await room.events();
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, at) => at + 1));
    const said = events.map(({ type, data }) => {
      const { callId } = (data.participant ?? {}) as { callId?: string };
      const who = [ann, ben, cem].find((one) => one.callId === callId)?.party;
      return who === undefined ? type : `${type} ${who}`;
    });
    expect(said).toEqual([
      'conference.participant-joined caller',
      'conference.participant-joined callee',
      'conference.started',
      'conference.participant-joined agent',
      'conference.participant-left agent',
      'conference.participant-left callee',
      'conference.participant-left caller',
      'conference.ended',
    ]);
    expect(events[0]!.data.participant).toMatchObject({ label: 'Ann', status: 'connected' });
    await on.world.event('conference.ended', ({ data }) => (data.conference as { id: string }).id === id);
    const timeline = await on.world.eventually('its end in the timeline', async () => {
      const summaries = (await on.world.timeline(ann.callId)).map(({ summary }) => summary);
      return summaries.some((summary) => summary.includes('left the conference')) ? summaries : undefined;
    });
    expect(timeline).toContain(`conference ${room.name}`);
    expect(timeline.join()).toContain('joined the conference');
  });

  it('is heard by nobody who is muted in it, and a coach is heard by the one it coaches alone', async () => {
    const room = new ConferenceRoom(on.world);
    const ann = await room.enters('caller');
    const ben = await room.enters('callee', { muted: true });
    await Promise.all([quiet(ann.call), ben.call.media.hears('caller')]);
    const cem = await room.enters('agent', { coach: ben.callId });
    await Promise.all([quiet(ann.call), ben.call.media.hears('caller', 'agent'), cem.call.media.hears('caller')]);
  });

  it('begins with the one who may begin it; before, and alone, each hears what its script says and nobody', async () => {
    const room = new ConferenceRoom(on.world);
    const ann = await room.enters('caller', { startConferenceOnEnter: false, waitPrompts });
    const ben = await room.enters('callee', { startConferenceOnEnter: false, waitPrompts: [] });
    await Promise.all([ann.call.media.hears('music'), quiet(ben.call)]);
    await room.is(({ status, participants }) => status === 'init' && participants === 2);
    const chair = await room.enters('agent');
    await allHearEachOther(ann, ben, chair);
    await chair.call.bye();
    await allHearEachOther(ann, ben);
    await ben.call.bye();
    await ann.call.media.hears('music');
  });

  it('runs a script for who waits, by which it may leave', async () => {
    const room = new ConferenceRoom(on.world);
    const waitUrl = on.world.script([{ verb: 'pause', length: 1 }, { verb: 'leave' }], 'wait');
    const ann = await room.enters('caller', { waitUrl });
    expect(await on.world.result(waitUrl)).toMatchObject({ conferenceResult: 'waiting', name: room.name });
    expect(await told(ann)).toMatchObject({ conferenceResult: 'left' });
  });

  it('ends for all when one leaves whose leaving ends it', async () => {
    const room = new ConferenceRoom(on.world);
    const ann = await room.enters('caller');
    const ben = await room.enters('callee');
    const chair = await room.enters('agent', { endConferenceOnExit: true, leaveOnKey: '#' });
    await allHearEachOther(ann, ben, chair);
    await chair.call.media.sendDigits('#');
    expect(await told(chair)).toMatchObject({ conferenceResult: 'left' });
    for (const one of [ann, ben]) expect(await told(one)).toMatchObject({ conferenceResult: 'ended' });
    await Promise.all([ann, ben, chair].map(({ call }) => call.media.hears('prompt')));
    expect(await room.is(({ status }) => status === 'completed')).toMatchObject({
      endedBecause: 'endConferenceOnExit',
    });
  });

  it('is not entered where it is full: the script goes on, and nobody hears of it', async () => {
    const room = new ConferenceRoom(on.world);
    const ann = await room.enters('caller');
    const ben = await room.enters('callee');
    await allHearEachOther(ann, ben);
    const cem = await room.enters('agent', { maxParticipants: 2 });
    expect(await told(cem)).toMatchObject({ conferenceResult: 'full' });
    await allHearEachOther(ann, ben);
    expect((await room.participants()).map(({ callId }) => callId)).not.toContain(cem.callId);
  });

  it('is left when the time is up, and by a new script', async () => {
    const room = new ConferenceRoom(on.world);
    const ann = await room.enters('caller', { timeLimit: 1 });
    expect(await told(ann)).toMatchObject({ conferenceResult: 'timeLimit' });
    const ben = await room.enters('callee');
    const cem = await room.enters('agent');
    await allHearEachOther(ben, cem);
    const script = [{ verb: 'play', url: on.world.backend.url('/music.wav'), loop: 0 }];
    await on.world.api.patch(`/v1/calls/${ben.callId}`, { script });
    await ben.call.media.hears('music');
    expect(await room.participant(ben.callId, ({ status }) => status === 'left')).toMatchObject({
      leftBecause: 'interrupted',
    });
  });

  it('beeps when somebody comes and goes, where they say so', async () => {
    const room = new ConferenceRoom(on.world);
    const ann = await room.enters('caller', { beep: 'none' });
    const ben = await room.enters('callee', { beep: 'none' });
    await allHearEachOther(ann, ben);
    const silentSince = ann.call.media.ear.length;
    const cem = await room.enters('agent', { beep: 'onEnter' });
    await hearsTone(ann.call, enterHz, silentSince);
    await allHearEachOther(ann, ben, cem);
    const before = ann.call.media.ear.length;
    const dan = await room.enters('supervisor', { beep: 'onExit' });
    await allHearEachOther(ann, ben, cem, dan);
    await dan.call.bye();
    await hearsTone(ann.call, exitHz, before);
    expect(toneLevel(ann.call.media.ear.samples(before), enterHz)).toBeLessThan(-60);
    await cem.call.bye();
    await allHearEachOther(ann, ben);
  });

  it('is recorded as one of its calls has it: mixed, or what it says beside what it hears', async () => {
    const room = new ConferenceRoom(on.world);
    const ann = await room.enters('caller', { record: 'record-from-start-dual' });
    const ben = await room.enters('callee', { record: 'record-from-start' });
    await allHearEachOther(ann, ben);
    await Promise.all([ann.call.media.listen(1000), ben.call.media.listen(1000)]);
    await ann.call.bye();
    await ben.call.bye();
    const [dual, mixed] = [(await told(ann)).recordingId as string, (await told(ben)).recordingId as string];
    await recorded(dual, ['caller'], ['callee']);
    await recorded(mixed, ['caller', 'callee']);
    expect((await on.world.cdr(ann.callId)).recordingIds).toEqual([dual]);
    expect(await on.world.api.get(`/v1/recordings/${dual}`)).toMatchObject({ source: 'ConferenceVerb', channels: 2 });
  });

  it('may be entered again and again by one call, each time another one', async () => {
    const name = `round ${Date.now()}`;
    const next = on.world.script([{ verb: 'play', url: '/music.wav', loop: 0 }], 'ten');
    const verbs = Array.from({ length: 10 }, (_, at) => ({
      verb: 'conference',
      name: `${name} ${at}`,
      leaveOnKey: '*',
    }));
    const line = await on.world.line([...verbs, { verb: 'redirect', url: next }]);
    const call = await on.world.call(line);
    for (let at = 0; at < 10; at++) {
      const room = new ConferenceRoom(on.world, `${name} ${at}`);
      const other = await room.enters('agent');
      await call.media.hears('agent');
      await call.media.sendDigits('*');
      await room.is(({ participants }) => participants === 1);
      await other.call.bye();
    }
    await call.media.hears('music');
  });
});

describe('a conference by the API', () => {
  it('shows who is there; mutes, holds, plays and speaks to one and to all, also to who waits, and lets nobody in twice', async () => {
    const room = new ConferenceRoom(on.world);
    const { api, backend } = on.world;
    const play = { url: backend.url('/music.wav'), loop: 100 };
    const ann = await room.enters('caller', { waitPrompts: [{ verb: 'play', url: '/prompt.wav', loop: 0 }] });
    await ann.call.media.hears('prompt');
    await api.patch(await participantPath(room, ann), { play: { ...play, loop: 2 } });
    await ann.call.media.hears('music');
    await ann.call.media.hears('prompt');
    const ben = await room.enters('callee');
    await allHearEachOther(ann, ben);

    await api.patch(await participantPath(room, ann), { muted: true });
    await quiet(ben.call);
    expect(await room.participants('muted=true')).toMatchObject([{ callId: ann.callId }]);
    await api.patch(await participantPath(room, ann), { muted: false, held: true });
    await Promise.all([quiet(ann.call), quiet(ben.call)]);
    await api.patch(await participantPath(room, ann), { held: false });
    await allHearEachOther(ann, ben);

    const { id } = await room.is(() => true);
    await api.patch(`/v1/conferences/${id}`, { play });
    await Promise.all([ann.call.media.hears('callee', 'music'), ben.call.media.hears('caller', 'music')]);
    await api.patch(`/v1/conferences/${id}`, { say: { text: 'Hello everybody' } });
    await allHearEachOther(ann, ben);
    expect(await api.get(`/v1/conferences/${id}`)).toMatchObject({ status: 'in-progress', participants: 2 });
    const page = await api.get<{ items: { callId: string }[]; nextCursor: string }>(
      `/v1/conferences/${id}/participants?limit=1`,
    );
    expect(page.items.map(({ callId }) => callId)).toEqual([ben.callId]);
    const rest = await api.get<{ items: { callId: string }[]; nextCursor: null }>(
      `/v1/conferences/${id}/participants?limit=1&cursor=${page.nextCursor}`,
    );
    expect(rest).toMatchObject({ items: [{ callId: ann.callId }], nextCursor: null });
  });

  it('removes one, and ends for all; what is asked of it afterwards is refused', async () => {
    const room = new ConferenceRoom(on.world);
    const { api } = on.world;
    const [ann, ben, cem] = [await room.enters('caller'), await room.enters('callee'), await room.enters('agent')];
    await allHearEachOther(ann, ben, cem);
    const { id } = await room.is(() => true);
    const path = await participantPath(room, cem);
    expect((await api.request('DELETE', path)).status).toBe(204);
    expect(await told(cem)).toMatchObject({ conferenceResult: 'removed', conferenceId: id });
    await cem.call.media.hears('prompt');
    expect(await api.request('PATCH', path, { muted: true })).toMatchObject({
      status: 409,
      body: { code: 'participant-not-there' },
    });
    await api.patch(`/v1/conferences/${id}`, { status: 'completed' });
    for (const one of [ann, ben]) expect(await told(one)).toMatchObject({ conferenceResult: 'ended' });
    expect(await room.is(({ status }) => status === 'completed')).toMatchObject({ endedBecause: 'api' });
    for (const [method, at, body] of [
      ['PATCH', `/v1/conferences/${id}`, { status: 'completed' }],
      ['PATCH', `/v1/conferences/${id}`, { say: { text: 'Anybody?' } }],
      ['DELETE', path, undefined],
    ] as const) {
      expect(await api.request(method, at, body)).toMatchObject({ status: 409, body: { code: 'conference-not-live' } });
    }
  });

  it.each([
    [{}, ''],
    [{ status: 'in-progress' }, '/status'],
    [{ status: 'completed', say: { text: 'Bye' } }, '/status'],
    [{ play: { url: 'https://example.com/a.wav', audioId: `AU${'0'.repeat(32)}` } }, '/play'],
    [{ play: { url: 'https://example.com/a.wav' }, say: { text: 'Bye' } }, '/say'],
  ])('refuses %j', async (body, pointer) => {
    const answer = await on.world.api.request('PATCH', `/v1/conferences/CF${'0'.repeat(32)}`, body);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain(pointer);
  });

  it('plays nothing that cannot be had, and then changes nothing either', async () => {
    const room = new ConferenceRoom(on.world);
    const ann = await room.enters('caller');
    const ben = await room.enters('callee');
    await allHearEachOther(ann, ben);
    const play = { url: on.world.backend.url('/nowhere.wav') };
    const answer = await on.world.api.request('PATCH', await participantPath(room, ann), { muted: true, play });
    expect(answer).toMatchObject({ status: 502, body: { code: 'audio-unavailable' } });
    await allHearEachOther(ann, ben);
  });
});
