import { answers } from '@hookswitch/media/drivers/fake/index';
import { describe, expect, it } from 'vitest';
import { scriptedCall, scriptUrl } from '../scripted-call.fixture.js';

describe('answer', () => {
  it('answers, once', async () => {
    const call = await scriptedCall({ verbs: [{ verb: 'answer' }, { verb: 'answer' }, { verb: 'pause' }] });
    await call.advance(10);
    expect(call.caller.status).toBe('answered');
  });
});

describe('pause', () => {
  it('lets an unanswered caller hear ringing for so long', async () => {
    const call = await scriptedCall({ verbs: [{ verb: 'pause', length: 3 }, { verb: 'answer' }, { verb: 'pause' }] });
    await call.advance(2900);
    expect([call.caller.status, call.caller.told]).toEqual(['calling', ['ringing']]);
    await call.advance(200);
    expect(call.caller.status).toBe('answered');
  });

  it('is silence in an answered call, one second where nothing is said', async () => {
    const call = await scriptedCall({ verbs: [{ verb: 'answer' }, { verb: 'pause' }] });
    await call.advance(900);
    expect([call.caller.status, call.caller.heard]).toEqual(['answered', []]);
    await call.advance(200);
    expect(call.caller.status).toBe('ended');
  });
});

describe('redirect', () => {
  it('goes on with the other document, relative to this one, and runs nothing after it', async () => {
    const call = await scriptedCall({
      verbs: [
        { verb: 'redirect', url: 'other?x=1' },
        { verb: 'tag', tags: { never: 'yes' } },
      ],
      http: (http) => http.on('https://backend.example/other?x=1', '[{"verb":"tag","tags":{"other":"yes"}}]'),
    });
    expect(call.tags).toEqual({ other: 'yes' });
    expect(call.questions[1]).not.toHaveProperty('result');
  });
});

describe('reject', () => {
  it.each([
    [{}, 603],
    [{ reason: 'rejected' }, 603],
    [{ reason: 'busy' }, 486],
    [{ status: 404 }, 404],
  ])('%j refuses with %i (RFC 3261 21)', async (fields, status) => {
    const call = await scriptedCall({ verbs: [{ verb: 'reject', ...fields }, { verb: 'answer' }] });
    expect([call.caller.status, call.caller.refusedWith]).toEqual(['ended', status]);
    expect(call.end).toEqual({ kind: 'finished' });
  });

  it('hangs an answered call up', async () => {
    const call = await scriptedCall({ verbs: [{ verb: 'answer' }, { verb: 'reject' }] });
    expect([call.caller.status, call.caller.refusedWith]).toEqual(['ended', undefined]);
  });
});

describe('hangup', () => {
  it('ends the call and the script', async () => {
    const call = await scriptedCall({
      verbs: [{ verb: 'answer' }, { verb: 'hangup' }, { verb: 'tag', tags: { a: 'b' } }],
    });
    expect([call.caller.status, call.tags, call.end]).toEqual(['ended', {}, { kind: 'finished' }]);
  });
});

describe('sendDigits', () => {
  it('answers and sends them', async () => {
    const call = await scriptedCall({ verbs: [{ verb: 'sendDigits', digits: '1w2#' }, { verb: 'pause' }] });
    await call.advance(3000);
    expect(call.caller.receivedDigits).toBe('12#');
  });
});

describe('tag', () => {
  it('sets tags, later ones over earlier ones', async () => {
    const call = await scriptedCall({
      verbs: [
        { verb: 'tag', tags: { a: '1', b: '1' } },
        { verb: 'tag', tags: { b: '2' } },
      ],
    });
    expect(call.tags).toEqual({ a: '1', b: '2' });
  });
});

describe('recording beside the script', () => {
  it('starts, pauses, goes on and stops', async () => {
    const call = await scriptedCall({
      verbs: [
        { verb: 'startRecording' },
        { verb: 'pause', length: 1 },
        { verb: 'pauseRecording' },
        { verb: 'pause', length: 1 },
        { verb: 'resumeRecording' },
        { verb: 'pauseRecording', pauseBehavior: 'skip' },
        { verb: 'resumeRecording' },
        { verb: 'pause', length: 1 },
        { verb: 'stopRecording' },
        { verb: 'pause', length: 5 },
      ],
    });
    await call.advance(3500);
    const [recording] = call.recordings;
    expect(recording!.request).toMatchObject({
      source: 'StartRecordingVerb',
      channels: 2,
      directions: 'both',
      trimSilence: false,
    });
    expect(recording!.paused).toEqual(['silence', 'resume', 'skip', 'resume']);
    expect(await recording!.file).toMatchObject({ durationMs: 3000, end: 'stopped' });
    expect(call.caller.status).toBe('answered');
  });

  it.each([
    ['inbound', 'said'],
    ['outbound', 'heard'],
  ])('records the %s track alone', async (track, directions) => {
    const call = await scriptedCall({
      verbs: [{ verb: 'startRecording', track, channels: 'mono', maxLength: 60 }, { verb: 'pause' }],
    });
    await call.advance(10);
    expect(call.recordings[0]!.request).toMatchObject({ directions, channels: 1, maxDurationSeconds: 60 });
  });

  it('goes on through a dial', async () => {
    const call = await scriptedCall({
      verbs: [{ verb: 'startRecording' }, { verb: 'dial', targets: [{ type: 'number', number: '+15550001' }] }],
      phones: { 15550001: answers() },
    });
    await call.advance(5000);
    call.caller.hangUp();
    await call.advance(0);
    expect(await call.recordings[0]!.file).toMatchObject({ durationMs: 5000, end: 'call-ended' });
  });

  it.each(['pauseRecording', 'resumeRecording', 'stopRecording'])(
    '%s without a recording goes on, and says so',
    async (verb) => {
      const call = await scriptedCall({ verbs: [{ verb }, { verb: 'tag', tags: { after: 'yes' } }] });
      expect(call.tags).toEqual({ after: 'yes' });
      expect(call.notes('error')).toEqual([`${verb}: nothing is being recorded`]);
      expect(call.questions.map(({ url }) => url)).toEqual([scriptUrl]);
    },
  );
});
