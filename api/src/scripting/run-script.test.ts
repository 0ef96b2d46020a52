import { Webhook } from 'svix';
import { describe, expect, it } from 'vitest';
import { memorySpeechKey } from '../speech/memory-speech.js';
import { defaultScriptSettings } from './script-settings.js';
import { ScriptedCall, scriptedCall, scriptUrl, signingSecret } from './scripted-call.fixture.js';

const spoken = (text: string) => memorySpeechKey({ text, language: 'en-US' });
const say = (text: string) => ({ verb: 'say', text });
const answerOf = (...verbs: unknown[]) => JSON.stringify(verbs);
const fallbackUrl = 'https://backend.example/fallback';
const apology = spoken(defaultScriptSettings.apology.text);

describe('running a script', () => {
  it('asks the developer with a signed request that says which call it is', async () => {
    const call = await scriptedCall({ verbs: [{ verb: 'hangup' }] });
    const [request] = call.http.requests;
    const headers = Object.fromEntries(Object.entries(request!.headers!));
    // The signature is checked against the call's own time, which is not the machine's.
    const signed = new Webhook(signingSecret).sign(
      headers['webhook-id']!,
      new Date(Number(headers['webhook-timestamp']) * 1000),
      String(request!.body),
    );
    expect(headers['webhook-signature']).toBe(signed);
    expect(call.questions[0]).toEqual({
      url: scriptUrl,
      scriptRevision: 0,
      call: {
        id: 'CA1',
        accountId: 'AC1',
        contactId: 'CN1',
        direction: 'inbound',
        status: 'ringing',
        from: '+4930111',
        to: '+4930222',
        createdAt: '2026-01-01T00:00:00.000Z',
        tags: {},
        sipHeaders: {},
      },
    });
  });

  it('runs the verbs in order and hangs up when they run out', async () => {
    const call = await scriptedCall({ verbs: [say('one'), say('two')] });
    await call.advance(5000);
    expect(ScriptedCall.heardBy(call.caller)).toEqual([spoken('one'), spoken('two')]);
    expect(call.caller.status).toBe('ended');
    expect(call.end).toEqual({ kind: 'finished' });
    expect(call.notes('verb')).toEqual(['say "one"', 'say "two"']);
  });

  it('refuses a call whose script does not answer it', async () => {
    const call = await scriptedCall({ verbs: [] });
    expect(call.caller).toMatchObject({ status: 'ended', refusedWith: expect.any(Number) });
    expect(call.end).toEqual({ kind: 'finished' });
  });

  it('runs a script given inline without asking anybody', async () => {
    const call = await scriptedCall({ script: { inline: answerOf(say('hello')) } });
    await call.advance(1000);
    expect([ScriptedCall.heardBy(call.caller), call.http.requests]).toEqual([[spoken('hello')], []]);
    expect(call.revision).toBe(1);
  });

  it('stops when the caller hangs up, and runs nothing further', async () => {
    const call = await scriptedCall({ verbs: [say('a long sentence'), { verb: 'tag', tags: { after: 'yes' } }] });
    await call.advance(100);
    call.caller.hangUp();
    await call.advance(0);
    expect(call.end).toEqual({ kind: 'call-ended' });
    expect(call.tags).toEqual({});
  });

  it('gives up a script request when the caller gives up', async () => {
    const call = await scriptedCall({ http: (http) => http.on(scriptUrl, { never: true }) });
    call.caller.hangUp();
    await call.advance(0);
    expect(call.end).toEqual({ kind: 'call-ended' });
  });

  it('leaves the call as it is when interrupted', async () => {
    const call = await scriptedCall({ verbs: [say('a long sentence'), say('never')] });
    await call.advance(100);
    call.interruption.abort('a new script');
    await call.advance(0);
    expect(call.end).toEqual({ kind: 'interrupted' });
    expect([call.caller.status, call.caller.hears]).toEqual(['answered', undefined]);
  });

  it('raises the revision with every document that runs', async () => {
    const next = 'https://backend.example/next';
    const call = await scriptedCall({
      verbs: [{ verb: 'redirect', url: next }],
      http: (http) => http.on(next, answerOf({ verb: 'hangup' })),
    });
    expect(call.revision).toBe(2);
    expect(call.questions.map((question) => (question as { scriptRevision?: number }).scriptRevision)).toEqual([0, 1]);
  });

  it('stops a circle of redirects, tells the fallback, and then apologises', async () => {
    const call = await scriptedCall({
      script: { url: scriptUrl, fallbackUrl },
      verbs: [{ verb: 'redirect', url: scriptUrl }],
      http: (http) => http.on(fallbackUrl, answerOf({ verb: 'redirect', url: scriptUrl })),
    });
    await call.advance(60_000);
    expect(call.questions.length).toBeLessThan(150);
    expect(call.questions.find(({ url }) => url === fallbackUrl)?.error).toMatchObject({
      code: 'script-redirect-loop',
    });
    expect(call.end).toEqual({ kind: 'failed', code: 'script-redirect-loop' });
    expect(ScriptedCall.heardBy(call.caller)).toEqual([apology]);
  });

  describe('when there is no good script', () => {
    const bad: [string, Parameters<ScriptedCall['http']['on']>[1], object][] = [
      ['no connection', { failure: 'connect-failed' }, { code: 'connect-failed', url: scriptUrl }],
      ['a refused address', { failure: 'address-refused' }, { code: 'address-refused', url: scriptUrl }],
      ['no answer in time', { failure: 'request-timeout' }, { code: 'request-timeout', url: scriptUrl }],
      ['an error status', { status: 500, body: 'oops' }, { code: 'script-bad-status', url: scriptUrl }],
      ['not a script', '<html>', { code: 'invalid-script', url: scriptUrl, pointer: '' }],
      ['a wrong type', { body: '[]', headers: { 'content-type': 'text/html' } }, { code: 'script-content-type' }],
      ['a fault in it', answerOf(say('a'), { verb: 'say' }), { code: 'invalid-script', pointer: '/1/text' }],
    ];
    it.each(bad)('asks the fallback with the error: %s', async (_name, answer, error) => {
      const call = await scriptedCall({
        script: { url: scriptUrl, fallbackUrl },
        http: (http) => http.on(scriptUrl, answer).on(fallbackUrl, answerOf(say('sorry'))),
      });
      await call.advance(3000);
      const fallback = call.questions.find(({ url }) => url === fallbackUrl);
      expect(fallback?.error).toMatchObject(error);
      expect(ScriptedCall.heardBy(call.caller)).toEqual([spoken('sorry')]);
      expect(call.end).toEqual({ kind: 'finished' });
      expect(call.timeline.find(({ kind }) => kind === 'error')?.detail).toMatchObject(error);
    });

    it('apologises and hangs up when the fallback is no better, and runs nothing of either', async () => {
      const call = await scriptedCall({
        script: { url: scriptUrl, fallbackUrl },
        verbs: [say('half'), { verb: 'nonsense' }],
        http: (http) => http.on(fallbackUrl, '[{}]'),
      });
      await call.advance(10_000);
      expect(ScriptedCall.heardBy(call.caller)).toEqual([apology]);
      expect(call.caller.status).toBe('ended');
      expect(call.end).toEqual({ kind: 'failed', code: 'invalid-script' });
    });

    it('apologises at once where there is no fallback', async () => {
      const call = await scriptedCall({ http: (http) => http.on(scriptUrl, { status: 404 }) });
      await call.advance(10_000);
      expect(ScriptedCall.heardBy(call.caller)).toEqual([apology]);
      expect(call.end).toEqual({ kind: 'failed', code: 'script-bad-status' });
    });

    it('tries a lost request once more under the same id, and no answered one', async () => {
      const call = await scriptedCall({
        http: (http) => http.on(scriptUrl, { failure: 'connection-lost' }, answerOf({ verb: 'hangup' })),
      });
      const ids = call.http.requests.map(({ headers }) => headers!['webhook-id']);
      expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
      expect(call.notes('request')).toEqual([
        `POST ${scriptUrl} → connection-lost in 0 ms`,
        `POST ${scriptUrl} → 200 in 0 ms`,
      ]);
      const answered = await scriptedCall({ http: (http) => http.on(scriptUrl, { status: 503 }) });
      expect(answered.http.requests).toHaveLength(1);
    });

    it('asks the fallback when a verb fails', async () => {
      const call = await scriptedCall({
        script: { url: scriptUrl, fallbackUrl },
        verbs: [{ verb: 'play', url: '/gone.wav' }],
        http: (http) => http.on(fallbackUrl, answerOf(say('instead'))),
      });
      await call.advance(3000);
      expect(call.questions[1]?.error).toMatchObject({ code: 'audio-unavailable', url: scriptUrl });
      expect(ScriptedCall.heardBy(call.caller)).toEqual([spoken('instead')]);
    });

    it('gives up after some failures although the fallback goes on answering', async () => {
      const call = await scriptedCall({
        script: { url: scriptUrl, fallbackUrl },
        http: (http) =>
          http.on(scriptUrl, '{}').on(fallbackUrl, answerOf({ verb: 'pause' }, { verb: 'redirect', url: scriptUrl })),
      });
      await call.advance(60_000);
      expect(call.questions).toHaveLength(11);
      expect(call.end).toEqual({ kind: 'failed', code: 'invalid-script' });
    });
  });

  it('takes an answer without content as a script without verbs', async () => {
    const call = await scriptedCall({ http: (http) => http.on(scriptUrl, { status: 204 }) });
    expect(call.end).toEqual({ kind: 'finished' });
  });

  it('shows bodies and latency on the timeline, and no secret', async () => {
    const withSecrets = 'https://user:hunter2@backend.example/voice';
    const call = await scriptedCall({
      script: { url: withSecrets },
      http: (http) =>
        http.on(
          withSecrets,
          answerOf({
            verb: 'dial',
            targets: [{ type: 'sip', uri: 'sip:a@b.example', username: 'me', password: 'open sesame' }],
          }),
        ),
    });
    await call.advance(60_000);
    const shown = JSON.stringify(call.timeline.filter(({ kind }) => kind === 'verb'));
    expect(shown).not.toContain('open sesame');
    expect(JSON.stringify(call.timeline)).not.toContain('hunter2');
    expect(JSON.stringify(call.timeline)).not.toContain(signingSecret);
    expect(call.timeline[0]).toMatchObject({ kind: 'request', detail: { status: 200, latencyMs: 0 } });
  });

  it('ends as failed, with the call hung up, when the platform itself breaks', async () => {
    const call = new ScriptedCall({ verbs: [{ verb: 'tag', tags: { a: 'b' } }] });
    Object.assign(call.tags, { a: '' });
    Object.defineProperty(call.tags, 'a', { writable: false });
    Object.freeze(call.tags);
    await call.start();
    await call.advance(10_000);
    expect(call.end).toEqual({ kind: 'failed', code: 'internal-error' });
    expect(call.caller.status).toBe('ended');
  });

  it('leaves no timer behind', async () => {
    const call = await scriptedCall({ verbs: [say('one'), { verb: 'pause' }] });
    await call.advance(10_000);
    expect(call.clock.pending).toBe(0);
    expect(call.engine.gauges()).toMatchObject({ calls: 0, timers: 0 });
  });
});
