import { describe, expect, it } from 'vitest';
import { memorySpeechKey } from '../../speech/memory-speech.js';
import { ScriptedCall, scriptedCall } from '../scripted-call.fixture.js';

describe('say', () => {
  it('answers and speaks in the given language and voice', async () => {
    const call = await scriptedCall({ verbs: [{ verb: 'say', text: '你好', language: 'cmn-CN', voice: 'lili' }] });
    await call.advance(10);
    expect(call.caller.status).toBe('answered');
    expect(ScriptedCall.heardBy(call.caller)).toEqual([
      memorySpeechKey({ text: '你好', language: 'cmn-CN', voice: 'lili' }),
    ]);
  });

  it('repeats so often', async () => {
    const call = await scriptedCall({ verbs: [{ verb: 'say', text: 'ten chars.', loop: 3 }] });
    await call.advance(1400);
    expect(call.end).toBeUndefined();
    await call.advance(200);
    expect(call.end).toEqual({ kind: 'finished' });
  });

  it('repeats until the caller hangs up where loop is 0', async () => {
    const call = await scriptedCall({ verbs: [{ verb: 'say', text: 'hold the line', loop: 0 }] });
    await call.advance(3_600_000);
    expect(call.caller.hears).toBeDefined();
    call.caller.hangUp();
    await call.advance(0);
    expect(call.end).toEqual({ kind: 'call-ended' });
  });
});
