import type { AudioRef } from '@hookswitch/media/port/sound';
import { describe, expect, it } from 'vitest';
import { ScriptedCall, scriptedCall } from '../scripted-call.fixture.js';

const audio = (key: string): AudioRef => ({ kind: 'audio', key, sampleRate: 8000, samples: new Int16Array(8000) });
const audioId = `AU${'1'.repeat(32)}`;

describe('play', () => {
  it('plays from an address, relative to the document, and from an uploaded file', async () => {
    const call = await scriptedCall({
      verbs: [
        { verb: 'play', url: 'sounds/a.wav', loop: 2 },
        { verb: 'play', audioId },
      ],
      audio: { 'https://backend.example/sounds/a.wav': audio('a'), [audioId]: audio('b') },
    });
    await call.advance(1900);
    expect(ScriptedCall.heardBy(call.caller)).toEqual(['a']);
    await call.advance(1000);
    expect(ScriptedCall.heardBy(call.caller)).toEqual(['a', 'b']);
    await call.advance(1000);
    expect(call.end).toEqual({ kind: 'finished' });
  });

  it('fails the script where the sound cannot be had', async () => {
    const call = await scriptedCall({ verbs: [{ verb: 'play', audioId }] });
    await call.advance(10_000);
    expect(call.end).toEqual({ kind: 'failed', code: 'audio-unavailable' });
  });
});
