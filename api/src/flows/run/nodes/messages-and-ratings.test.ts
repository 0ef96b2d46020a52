import { describe, expect, it } from 'vitest';
import { flowCall } from '../flow-call.fixture.js';

const skillGroupId = `SG${'1'.repeat(32)}`;
const say = (text: string) => ({ verb: 'say', text });
const node = (id: string, text: string) => ({ id, kind: 'say', text, exits: { next: 'end' } });
const end = { id: 'end', kind: 'end' };

describe('a survey', () => {
  const keys = [
    { key: '1', label: 'Satisfied' },
    { key: '0', label: 'Not satisfied' },
  ];
  const survey = (more: object = {}) =>
    flowCall({
      nodes: [
        {
          id: 'survey',
          kind: 'survey',
          prompts: [say('Rate us.')],
          keys,
          endPrompts: [say('Thank you.')],
          variable: 'rating',
          exits: { next: 'tell' },
          ...more,
        },
        node('tell', '${rating} ${ratingLabel}'),
        end,
      ],
    });

  it('IVR-22 IVR-23 IVR-24 keeps the key and what it stands for, also in variables, and thanks', async () => {
    const call = await survey();
    await call.advance(100);
    call.caller.press('1');
    await call.advance(10_000);
    expect(call.heard).toEqual(['Rate us.', 'Thank you.', '1 Satisfied']);
    expect(call.queue.told).toEqual([['asksForRating'], ['rated', { key: '1', label: 'Satisfied' }]]);
    expect(call.flowEvents('key')).toMatchObject([{ key: '1', label: 'Satisfied', rating: true }]);
  });

  it('IVR-23 keeps noInput where no key came, or none that is listed, however often it is asked', async () => {
    const silent = await survey({ plays: 2, timeout: 2 });
    await silent.advance(20_000);
    expect(silent.heard).toEqual(['Rate us.', 'Rate us.', 'noInput ']);
    expect(silent.queue.told.at(-1)).toEqual(['rated', { key: 'noInput', label: '' }]);
    const wrong = await survey();
    await wrong.advance(100);
    wrong.caller.press('7');
    await wrong.advance(10_000);
    expect(wrong.queue.told.at(-1)).toEqual(['rated', { key: 'noInput', label: '' }]);
  });

  it('leaves it to the contact where the caller hangs up', async () => {
    const call = await survey();
    await call.advance(100);
    call.caller.hangUp();
    await call.advance(1000);
    expect(call.queue.told).toEqual([['asksForRating']]);
  });
});

describe('a voicemail', () => {
  const voicemail = (more: object = {}) =>
    flowCall({
      nodes: [
        {
          id: 'voicemail',
          kind: 'voicemail',
          prompts: [say('Leave a message.')],
          skillGroupId,
          exits: { next: 'thanks' },
          ...more,
        },
        node('thanks', 'Thank you.'),
        end,
      ],
    });

  it('beeps, records what the caller says until # is pressed, and goes on', async () => {
    const call = await voicemail();
    await call.advance(3000);
    expect(call.heard).toEqual(['Leave a message.', '1000']);
    expect(call.queue.told).toEqual([['voicemailBegins', { recordingId: 'RE1', skillGroupId }]]);
    call.caller.say({ kind: 'tone', frequencies: [500], levelDbm0: -10, cadenceMs: [100, 100] });
    await call.advance(3000);
    call.caller.press('#');
    await call.advance(5000);
    expect(call.recordings[0]!.request).toMatchObject({ directions: 'said', channels: 1, maxDurationSeconds: 120 });
    expect(call.queue.told.at(-1)).toMatchObject(['voicemailEnded', { recordingId: 'RE1' }]);
    expect(call.heard.at(-1)).toBe('Thank you.');
  });

  it('ends by itself at its longest, and with the call', async () => {
    const long = await voicemail({ maxLength: 4, silenceTimeout: 0 });
    await long.advance(12_000);
    expect(long.queue.told.at(-1)).toEqual(['voicemailEnded', { recordingId: 'RE1', durationSeconds: 4 }]);
    const gone = await voicemail({ silenceTimeout: 0 });
    await gone.advance(5000);
    gone.caller.hangUp();
    await gone.advance(1000);
    expect(gone.queue.told.at(-1)).toMatchObject(['voicemailEnded', { recordingId: 'RE1' }]);
    expect(gone.clock.pending).toBe(0);
  });

  it('is none where nothing was said, and lasts no longer than what was', async () => {
    const silent = await voicemail({ silenceTimeout: 3 });
    await silent.advance(10_000);
    expect(silent.queue.told.at(-1)).toEqual(['voicemailEnded', { recordingId: 'RE1', durationSeconds: 0 }]);
    expect(silent.heard.at(-1)).toBe('Thank you.');
  });

  it('records nothing of a caller who hangs up before the beep', async () => {
    const call = await voicemail();
    call.caller.hangUp();
    await call.advance(1000);
    expect([call.recordings, call.queue.told]).toEqual([[], []]);
  });
});

describe('a callback request', () => {
  const callback = (more: object = {}, variables: Record<string, string> = {}) =>
    flowCall({
      variables,
      nodes: [
        { id: 'callback', kind: 'callback', skillGroupId, exits: { next: 'noted', failed: 'failed' }, ...more },
        node('noted', 'We will call you.'),
        node('failed', 'We cannot call you.'),
        end,
      ],
    });

  it('notes the caller’s number, and what the flow adds', async () => {
    const call = await callback({ note: 'order ${order}', prompts: [say('Noted.')] }, { order: '4711' });
    await call.advance(5000);
    expect(call.queue.told).toEqual([['callback', { number: '+4930111', skillGroupId, note: 'order 4711' }]]);
    expect(call.heard).toEqual(['Noted.', 'We will call you.']);
  });

  it('takes another number from a variable, and fails where that is none', async () => {
    const other = await callback({ number: '${mobile}' }, { mobile: '+4915112345678' });
    const none = await callback({ number: '${mobile}' });
    await Promise.all([other.advance(5000), none.advance(5000)]);
    expect(other.queue.told).toEqual([['callback', { number: '+4915112345678', skillGroupId }]]);
    expect([none.queue.told, none.heard]).toEqual([[], ['We cannot call you.']]);
  });
});
