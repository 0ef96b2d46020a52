import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import type { ScriptAnswer } from '../peers/script-server.js';
import { TonePhone } from '../peers/tone-phone/tone-phone.js';
import { type LineOptions, loudMilliseconds, type TimelineEntryView, useWorld } from './world.js';

const on = useWorld({
  name: 'badbackends',
  redisDatabase: 6,
  settings: {
    SCRIPT_TIMEOUT_MS: '5000',
    SCRIPT_CONNECT_TIMEOUT_MS: '1000',
    // Nothing else of 127.0.0.0/8: the guard must refuse the rest.
    ALLOWED_PRIVATE_TARGETS: '127.0.0.1/32',
  },
});

/** A call to such a line hears the apology and is hung up; resolves with the error in its timeline. */
async function apologized(answer: ScriptAnswer, options: LineOptions = {}): Promise<TimelineEntryView> {
  const line = await on.world.line(answer, options);
  // A phone of its own, since these cases run side by side.
  const phone = await TonePhone.open({ user: '+15550199', server: on.world.sip, party: 'caller' });
  const call = await phone.dial(line.number);
  try {
    await call.answered();
    expect(await call.ended).toEqual({ by: 'them', how: 'BYE' });
  } finally {
    phone.close();
  }
  expect(loudMilliseconds(call.media.ear.samples())).toBeGreaterThan(1500);
  const event = await on.world.event('cdr.created', ({ data }) => data.to === line.number);
  expect(event.data).toMatchObject({ termination: { by: 'system', reason: 'script-failed' } });
  const callId = event.data.callId as string;
  return on.world.eventually('the fault in the timeline', async () =>
    (await on.world.timeline(callId)).find(({ kind }) => kind === 'error'),
  );
}

const html = { status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>It works!</h1>' };

describe('a caller is told when the backend', () => {
  it.concurrent.each<[string, ScriptAnswer, Record<string, unknown>]>([
    ['answers 500', { status: 500, body: 'oops' }, { code: 'script-bad-status' }],
    ['answers 404', { status: 404 }, { code: 'script-bad-status' }],
    ['answers HTML', html, { code: 'script-content-type' }],
    [
      'answers broken JSON',
      { headers: { 'content-type': 'application/json' }, body: '[{"verb":' },
      { code: 'invalid-script' },
    ],
    [
      'answers no list',
      { headers: { 'content-type': 'application/json' }, body: '"hello"' },
      { code: 'invalid-script' },
    ],
    [
      'uses a verb that there is not',
      [{ verb: 'answer' }, { verb: 'dance' }],
      { code: 'invalid-script', pointer: '/1/verb' },
    ],
    [
      'misspells a field',
      [{ verb: 'play', ulr: '/x.wav' }],
      { code: 'invalid-script', pointer: expect.stringMatching(/^\/0/) },
    ],
    ['answers 10,000 verbs', Array.from({ length: 10_000 }, () => ({ verb: 'answer' })), { code: 'invalid-script' }],
    ['is slower than it may be', { hang: true }, { code: expect.stringMatching(/timeout/) }],
    ['drops the connection', { drop: true }, { code: 'connection-lost' }],
    [
      'redirects without end over HTTP',
      (request) => ({ status: 302, headers: { location: request.path } }),
      { code: expect.stringMatching(/redirect/) },
    ],
    [
      'redirects without end in its scripts',
      (request) => [{ verb: 'redirect', url: request.path }],
      { code: 'script-redirect-loop' },
    ],
    ['plays a sound that is not there', [{ verb: 'play', url: '/nothing.wav' }], { code: expect.any(String) }],
    ['plays a sound that is none', [{ verb: 'play', url: '/page' }], { code: expect.any(String) }],
  ])('%s', async (_, answer, detail) => {
    on.world.backend.answer('/page', html);
    const fault = await apologized(answer);
    expect(fault.detail).toMatchObject(detail);
  });

  it.concurrent('is not there', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const fault = await apologized([], { scriptUrl: `http://127.0.0.1:${port}/` });
    expect(fault.detail).toMatchObject({ code: 'connect-failed' });
  });

  it.concurrent.each([
    ['a private address', 'http://10.0.0.1/voice'],
    ['a loopback address that is not allowed', 'http://127.0.0.2/voice'],
    ["the cloud's metadata", 'http://169.254.169.254/latest/meta-data'],
    ['a loopback address in disguise', 'http://[::ffff:127.0.0.2]/voice'],
    ['a loopback address as one number', 'http://2130706434/voice'],
  ])('is at %s, which is refused without a connection', async (_, scriptUrl) => {
    const fault = await apologized([], { scriptUrl });
    expect(fault.detail).toMatchObject({ code: 'address-refused' });
  });

  it.concurrent('redirects to a private address, which is refused', async () => {
    const fault = await apologized({ status: 302, headers: { location: 'http://127.0.0.2/voice' } });
    expect(fault.detail).toMatchObject({ code: 'address-refused' });
  });
});

describe('a fallback URL', () => {
  it.each<[string, ScriptAnswer, Record<string, unknown>]>([
    ['answers 500', { status: 500 }, { code: 'script-bad-status' }],
    ['is slow', { hang: true }, { code: expect.stringMatching(/timeout/) }],
    [
      'answers a bad script',
      [{ verb: 'answer' }, { verb: 'say' }],
      { code: 'invalid-script', pointer: expect.stringMatching(/^\/1/) },
    ],
  ])('is asked, with what was wrong, when the script URL %s', async (_, answer, error) => {
    const fallback = on.world.script([{ verb: 'play', url: '/music.wav', loop: 0 }], 'fallback');
    const line = await on.world.line(answer, { fallbackUrl: on.world.backend.url(fallback) });
    const call = await on.world.call(line);
    await call.media.hears('music');
    await call.bye();
    expect(await on.world.backend.request(fallback)).toMatchObject({
      call: { to: line.number },
      error: { url: on.world.backend.url(line.path), ...error },
    });
  });

  it('that fails too leaves the caller with the apology', async () => {
    const fallback = on.world.script({ status: 500 }, 'fallback');
    const fault = await apologized({ status: 500 }, { fallbackUrl: on.world.backend.url(fallback) });
    expect(fault.detail).toMatchObject({ code: 'script-bad-status' });
    expect(on.world.backend.count(fallback)).toBe(1);
  });
});

describe('an address that is told', () => {
  it('of the CDR of every call of the account, where the account has a push URL', async () => {
    const { accountId, signingSecret } = on.world.firstAccount;
    const push = on.world.script({ status: 204 }, 'account-cdr');
    await on.world.api.patch(`/v1/accounts/${accountId}`, { cdrPushUrl: on.world.backend.url(push) });
    try {
      const line = await on.world.line([{ verb: 'answer' }]);
      // An application with a secret of its own, which who takes all CDRs need not know.
      const rotated = await on.world.api.post<{ signingSecret: string }>(
        `/v1/applications/${line.applicationId}/signing-secret`,
      );
      on.world.backend.secrets = [rotated.signingSecret, signingSecret];
      // Routing knows of the change within a second: a later call's CDR is pushed if not the first one's.
      const pushed = await on.world.eventually('a CDR to be pushed', async () => {
        await (await on.world.call(line)).ended;
        return on.world.backend.requests.all.find(({ path }) => path === push);
      });
      for (const secret of [signingSecret, rotated.signingSecret]) {
        const event = new Webhook(secret).verify(pushed.body, pushed.headers as Record<string, string>);
        expect(event).toMatchObject({ type: 'cdr.created', accountId });
      }
    } finally {
      on.world.backend.secrets = [signingSecret];
      await on.world.api.patch(`/v1/accounts/${accountId}`, { cdrPushUrl: null });
    }
  });

  it('of every event of a call, in order, and of its CDR', async () => {
    const status = on.world.script({ status: 204 }, 'status');
    const push = on.world.script({ status: 204 }, 'cdr');
    const line = await on.world.line([{ verb: 'answer' }], {
      statusCallbackUrl: on.world.backend.url(status),
      cdrPushUrl: on.world.backend.url(push),
    });
    const call = await on.world.call(line);
    await call.ended;
    const cdr = await on.world.cdr(await on.world.callId(line.path));
    const told = [];
    for (const number of [1, 2, 3, 4]) told.push((await on.world.backend.request(status, number)).type);
    expect(told).toEqual(['call.initiated', 'call.answered', 'call.completed', 'cdr.created']);
    const pushed = await on.world.backend.request(push);
    expect(JSON.stringify(pushed)).toContain(cdr.callId);
    const signatures = on.world.backend.requests.all
      .filter(({ path }) => path === status || path === push)
      .map(({ signature }) => signature);
    expect(new Set(signatures)).toEqual(new Set(['valid']));
  });
});
