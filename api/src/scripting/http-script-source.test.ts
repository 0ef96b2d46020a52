import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@hookswitch/kernel/clock';
import { idMaker } from '@hookswitch/kernel/ids';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { Webhook } from 'svix';
import { describe, expect, it } from 'vitest';
import type { Call } from '../call-records/call.js';
import { addressRules, GuardedHttpClient, ScriptedOutboundHttp } from '../outbound-http/index.js';
import { createHttpScriptSource } from './http-script-source.js';
import { defaultScriptSettings, type ScriptSettings } from './script-settings.js';
import type { ScriptQuestion } from './script-source.js';

const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'];
const url = 'https://backend.example/voice';
const call: Call = {
  id: 'CA1',
  accountId: 'AC1',
  contactId: 'CN1',
  direction: 'inbound',
  from: '+4930111',
  to: '+4930222',
  status: 'in-progress',
  scriptRevision: 3,
  nodeId: 'node-1',
  createdAt: Date.UTC(2026, 0, 1),
  answeredAt: Date.UTC(2026, 0, 1, 0, 0, 1, 500),
  tags: { a: 'b' },
  recordingIds: [],
  sequence: 1,
  revision: 1,
  pendingEvents: [],
};

function asking(settings: Partial<ScriptSettings> = {}, http = new ScriptedOutboundHttp()) {
  const clock = new ManualClock();
  const notes: Parameters<ScriptQuestion['note']>[0][] = [];
  const source = createHttpScriptSource({
    http,
    clock,
    newId: idMaker(clock, seededRandom(1)),
    settings: { ...defaultScriptSettings, ...settings },
  });
  const ask = (more: Partial<ScriptQuestion> = {}) =>
    source.ask({
      url,
      call,
      sipHeaders: { 'X-A': '1' },
      scriptRevision: 3,
      signingSecrets: secrets,
      signal: new AbortController().signal,
      note: (entry) => notes.push(entry),
      ...more,
    });
  return { clock, http, notes, ask };
}

describe('asking for a script over HTTP', () => {
  it('is verified unchanged by the Standard Webhooks library, with each of several secrets', async () => {
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        for (const secret of secrets) {
          expect(new Webhook(secret).verify(body, request.headers as Record<string, string>)).toMatchObject({
            call: { id: 'CA1' },
          });
        }
        response.setHeader('content-type', 'application/json').end('[{"verb":"hangup"}]');
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const http = new GuardedHttpClient({ rules: addressRules(['127.0.0.1']), clock: systemClock });
    const source = createHttpScriptSource({
      http,
      clock: systemClock,
      newId: idMaker(systemClock, seededRandom(1)),
      settings: defaultScriptSettings,
    });
    const { port } = server.address() as AddressInfo;
    const question = { call, sipHeaders: {}, scriptRevision: 0, signingSecrets: secrets, note: () => {} };
    const answer = await source.ask({
      ...question,
      url: `http://127.0.0.1:${port}/`,
      signal: new AbortController().signal,
    });
    expect(answer).toEqual({
      body: '[{"verb":"hangup"}]',
      contentType: 'application/json',
      url: `http://127.0.0.1:${port}/`,
    });
    await http.close();
    server.close();
  });

  it('tells the call, the result and the error, and leaves out what is not there', async () => {
    const { http, ask } = asking();
    http.on(url, '[]');
    await ask({ result: { verb: 'gather', digits: '1' }, error: { code: 'invalid-script', message: 'no', url } });
    expect(JSON.parse(String(http.requests[0]!.body))).toEqual({
      call: {
        id: 'CA1',
        accountId: 'AC1',
        contactId: 'CN1',
        direction: 'inbound',
        status: 'in-progress',
        from: '+4930111',
        to: '+4930222',
        createdAt: '2026-01-01T00:00:00.000Z',
        answeredAt: '2026-01-01T00:00:01.500Z',
        tags: { a: 'b' },
        sipHeaders: { 'X-A': '1' },
      },
      result: { verb: 'gather', digits: '1' },
      error: { code: 'invalid-script', message: 'no', url },
      scriptRevision: 3,
    });
  });

  it('asks with the limits of the settings', async () => {
    const { http, ask } = asking({ requestTimeoutMs: 9000, connectTimeoutMs: 800, maxHttpRedirects: 2 });
    http.on(url, '[]');
    await ask();
    expect(http.requests[0]).toMatchObject({ timeoutMs: 9000, connectTimeoutMs: 800, maxRedirects: 2, method: 'POST' });
  });

  it.each([
    [0, 1],
    [1, 2],
    [3, 4],
  ])('with %i retries asks %i times where nobody is there', async (retries, requests) => {
    const { http, notes, ask } = asking({ retries });
    http.on(url, { failure: 'connect-failed' });
    await expect(ask()).rejects.toMatchObject({ code: 'connect-failed', url });
    expect([http.requests.length, notes.length]).toEqual([requests, requests]);
  });

  it('shares one time limit among all attempts', async () => {
    const { http, clock, ask } = asking({ retries: 5, requestTimeoutMs: 10_000 });
    http.on(url, () => {
      clock.advance(4000);
      return { failure: 'connect-failed' };
    });
    await expect(ask()).rejects.toMatchObject({ code: 'connect-failed' });
    expect(http.requests.map(({ timeoutMs }) => timeoutMs)).toEqual([10_000, 6000, 2000]);
  });

  it.each(['request-timeout', 'address-refused', 'response-too-large', 'too-many-redirects', 'bad-url'] as const)(
    'does not try again after %s',
    async (failure) => {
      const { http, ask } = asking();
      http.on(url, { failure });
      await expect(ask()).rejects.toMatchObject({ code: failure });
      expect(http.requests).toHaveLength(1);
    },
  );

  it('cuts bodies on the timeline and hides passwords in them', async () => {
    const { http, notes, ask } = asking();
    http.on(url, `[{"verb":"x","password":"open sesame"}${' '.repeat(20_000)}]`);
    await ask();
    const { response } = notes[0]!.detail as { response: string };
    expect(response.length).toBeLessThan(9000);
    expect(response).not.toContain('sesame');
  });
});
