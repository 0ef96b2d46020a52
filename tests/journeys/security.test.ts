import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { headerOf, type SipText } from '../peers/tone-phone/sip-text.js';
import type { TonePhone } from '../peers/tone-phone/tone-phone.js';
import { type CallView, ourNumber, useWorld } from './world.js';

const on = useWorld({ name: 'security', redisDatabase: 8 });

/** What an outsider sees of a response: status, reason, names and shapes of the headers that do not differ from call to call. */
function outside({ status, reason, headers }: SipText) {
  return {
    status,
    reason,
    headers: headers
      .filter(([name]) => !['Via', 'From', 'To', 'Call-ID', 'CSeq'].includes(name))
      .map(([name, value]) => [
        name,
        value.replace(/nonce="[^"]*"/, 'nonce=""').replace(/opaque="[^"]*"/, 'opaque=""'),
      ]),
  };
}

/** Every response that a REGISTER of this phone got. */
async function registering(phone: TonePhone): Promise<ReturnType<typeof outside>[]> {
  await phone.register();
  // A request that was sent again, on a machine that is busy, is answered again.
  const answers = new Map(
    phone.messages.all.filter(({ sent }) => !sent).map(({ message }) => [headerOf(message, 'CSeq'), message]),
  );
  return [...answers.values()].map((message) => outside(message));
}

describe('from outside', () => {
  it('an unknown user looks like a wrong password to a phone that registers', async () => {
    const phone = (user: string, password: string) => on.world.phone({ user, password });
    const newName = (kind: string) => `${kind}-${on.world.newNumber().slice(-4)}`;
    const known = [];
    for (const algorithms of [['MD5'], ['SHA-256', 'MD5'], ['SHA-256']]) {
      const user = newName('known');
      await on.world.api.post('/v1/endpoints', { username: user, password: 'the-right-password', algorithms });
      known.push(await registering(await phone(user, 'a-wrong-password')));
      if (algorithms.includes('MD5'))
        expect((await (await phone(user, 'the-right-password')).register()).status).toBe(200);
    }
    for (const answers of known) expect(answers.length).toBeGreaterThan(1);
    // Which algorithms a name nobody has is offered is the secret of each installation, but always the same for one name.
    for (let count = 0; count < 8; count++) {
      const user = newName('unknown');
      const unknown = await registering(await phone(user, 'a-wrong-password'));
      expect(known).toContainEqual(unknown);
      expect(await registering(await phone(user, 'a-wrong-password'))).toEqual(unknown);
    }
  });

  it('every way to be wrong looks the same at the API', async () => {
    const { platform } = on.world;
    const { accountId, apiKey } = platform.firstAccount;
    const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    const wrong = [
      `Bearer ${apiKey.slice(0, -4)}abcd`,
      'Bearer hk_nothing',
      'Bearer ',
      basic(accountId, `${apiKey}x`),
      basic(`AC${'0'.repeat(32)}`, apiKey),
      basic('nobody', 'nothing'),
      'Digest username="x"',
    ];
    const answers = [];
    for (const authorization of wrong) {
      const response = await fetch(`${platform.httpUrl}/v1/calls`, { headers: { authorization } });
      const { instance, ...problem } = (await response.json()) as Record<string, unknown>;
      expect(typeof instance).toBe('string');
      const headers = [...response.headers.keys()].filter((name) => name !== 'connection').sort();
      answers.push({ status: response.status, problem, headers });
    }
    expect(answers[0]).toMatchObject({ status: 401, problem: { code: 'authentication-failed' } });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    const right = await fetch(`${platform.httpUrl}/v1/calls`, { headers: { authorization: basic(accountId, apiKey) } });
    expect(right.status).toBe(200);
  });

  it("another account's call, recording, event and CDR are not there", async () => {
    const { api } = on.world;
    const line = await on.world.line([{ verb: 'record', maxLength: 1, playBeep: false, action: '/over' }]);
    on.world.backend.answer('/over', [{ verb: 'hangup' }]);
    const call = await on.world.call(line);
    await call.ended;
    const callId = await on.world.callId(line.path);
    const cdr = await on.world.cdr(callId);
    const eventId = (await on.world.event('cdr.created', (event) => event.callId === callId)).id;
    const recordingId = cdr.recordingIds[0]!;
    await on.world.event('recording.available', (event) => event.callId === callId);
    const { account } = await api.post<{ account: { id: string } }>('/v1/accounts', { name: 'Other' });
    const headers = { 'hookswitch-account': account.id };
    const { body } = await api.request<{ key: string }>('POST', '/v1/api-keys', { name: 'theirs' }, headers);
    const theirs = (method: string, path: string, change?: unknown) =>
      fetch(`${on.world.platform.httpUrl}${path}`, {
        method,
        headers: { authorization: `Bearer ${body.key}`, 'content-type': 'application/json' },
        ...(change === undefined ? {} : { body: JSON.stringify(change) }),
      });
    const paths = [
      `/v1/calls/${callId}`,
      `/v1/calls/${callId}/timeline`,
      `/v1/cdrs/${callId}`,
      `/v1/events/${eventId}`,
      `/v1/recordings/${recordingId}`,
      `/v1/recordings/${recordingId}/media`,
      `/v1/applications/${line.applicationId}`,
      `/v1/webhook-endpoints/${on.world.webhookEndpointId}`,
      `/v1/accounts/${on.world.firstAccount.accountId}`,
    ];
    const seen = [];
    for (const path of paths) {
      expect((await api.request('GET', path.replace(/\/media$/, ''))).status, path).toBe(200);
      seen.push([path, (await theirs('GET', path)).status]);
    }
    expect(seen).toEqual(paths.map((path) => [path, 404]));
    expect((await theirs('PATCH', `/v1/calls/${callId}`, { status: 'completed' })).status).toBe(404);
    expect((await theirs('DELETE', `/v1/recordings/${recordingId}`)).status).toBe(404);
    expect((await theirs('POST', `/v1/events/${eventId}/replay`)).status).toBe(404);
    for (const list of ['calls', 'cdrs', 'events', 'recordings', 'applications', 'numbers', 'trunks']) {
      expect(await (await theirs('GET', `/v1/${list}`)).json()).toMatchObject({ items: [] });
    }
    // Nor can the other account act for ours.
    const climbing = await fetch(`${on.world.platform.httpUrl}/v1/calls`, {
      headers: { authorization: `Bearer ${body.key}`, 'hookswitch-account': on.world.firstAccount.accountId },
    });
    expect([401, 403, 404]).toContain(climbing.status);
  });

  it('a stranger who calls from an address that is no trunk is challenged, whatever the number', async () => {
    const { api } = on.world;
    const { items } = await api.get<{ items: { id: string; name: string }[] }>('/v1/trunks');
    const trunk = items.find(({ name }) => name === 'Carrier a')!;
    await api.patch(`/v1/trunks/${trunk.id}`, { enabled: false });
    try {
      const line = await on.world.line([{ verb: 'answer' }]);
      const answers = [];
      for (const number of [line.number, '+15551112222']) {
        const final = await on.world.eventually('the trunk to be gone', async () => {
          const call = await (await on.world.phone({ user: 'stranger' })).dial(number);
          const response = await call.final;
          return response.status === 200 || response.status === 404 ? undefined : response;
        });
        answers.push(outside(final));
      }
      expect(answers[0]!.status).toBe(401);
      expect(answers[1]).toEqual(answers[0]);
    } finally {
      await api.patch(`/v1/trunks/${trunk.id}`, { enabled: true });
    }
  });

  it('an endpoint that calls with its password reaches its application, and nobody without it does', async () => {
    const { api } = on.world;
    const { items } = await api.get<{ items: { id: string; name: string }[] }>('/v1/trunks');
    const trunk = items.find(({ name }) => name === 'Carrier a')!;
    await api.patch(`/v1/trunks/${trunk.id}`, { enabled: false });
    try {
      const line = await on.world.line([{ verb: 'play', url: '/music.wav', loop: 0 }]);
      await api.post('/v1/endpoints', {
        username: 'desk',
        password: 'password-of-desk',
        applicationId: line.applicationId,
      });
      const final = await on.world.eventually('the trunk to be gone', async () => {
        const call = await (await on.world.phone({ user: 'desk', password: 'guessed-it' })).dial('100');
        const response = await call.final;
        return response.status === 200 || response.status === 404 ? undefined : response;
      });
      expect(final.status).toBe(403);
      const unknown = await (await on.world.phone({ user: 'ghost', password: 'guessed-it' })).dial('100');
      expect(outside(await unknown.final)).toEqual(outside(final));
      const call = await (await on.world.phone({ user: 'desk', password: 'password-of-desk' })).dial('100');
      await call.media.hears('music');
      await call.bye();
      expect(await on.world.backend.request(line.path)).toMatchObject({ call: { from: 'desk', to: '100' } });
    } finally {
      await api.patch(`/v1/trunks/${trunk.id}`, { enabled: true });
    }
  });

  it('nonsense over SIP and HTTP leaves the platform as it was', async () => {
    const phone = await on.world.phone();
    const pieces = [
      'INVITE sip:x SIP/2.0\r\n\r\n',
      '\0\0\0\0',
      'x'.repeat(60_000),
      'INVITE sip:+15550000001@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:1;branch=z9hG4bKx\r\nCSeq: 99999999999 INVITE\r\nCall-ID: \r\nContent-Length: -5\r\n\r\n',
      `OPTIONS sip:x SIP/2.0\r\n${'Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKy\r\n'.repeat(500)}\r\n`,
      'SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1\r\n\r\n',
    ];
    for (const piece of pieces) phone.sendRaw(piece);
    for (const body of ['{', '[]', '"x"', '{"__proto__":{"a":1}}', `{"name":"${'x'.repeat(300_000)}"}`]) {
      const response = await fetch(`${on.world.platform.httpUrl}/v1/applications`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${on.world.firstAccount.apiKey}`,
          'content-type': 'application/json',
        },
        body,
      });
      expect([400, 413]).toContain(response.status);
    }
    const line = await on.world.line([{ verb: 'play', url: '/music.wav', loop: 0 }]);
    const call = await on.world.call(line);
    await call.media.hears('music');
    await call.bye();
    const ready = await fetch(`${on.world.platform.httpUrl}/readyz`);
    expect(ready.status).toBe(200);
  });

  it('no secret and no whole number stands in what the platform printed', async () => {
    const { api, platform } = on.world;
    // One more call of every kind, so that there is something to find.
    const to = on.world.newNumber('a');
    const { id } = await api.post<CallView>('/v1/calls', {
      to,
      from: ourNumber,
      script: [{ verb: 'dial', targets: [{ type: 'number', number: '+8613800138000' }] }],
      headers: { 'X-Token': 'a-token-of-the-customer' },
    });
    const phone = await on.world.carried('a', to);
    await phone.answer();
    await on.world.cdr(id);
    const refused = await (await on.world.phone({ user: '+447700900123' })).dial('+15557654321');
    expect((await refused.final).status).toBe(404);
    const { signingSecret } = await api.post<{ signingSecret: string }>('/v1/webhook-endpoints', {
      url: 'http://127.0.0.1:9/dead?token=secret-in-a-query',
      description: 'never there',
    });
    const trunk = {
      name: 'With a password',
      outbound: { proxies: ['sip:127.0.0.1:9'], username: 'us', password: 'password-at-the-carrier' },
    };
    await api.post('/v1/trunks', trunk);
    const { apiKey, signingSecret: accountSecret } = platform.firstAccount;
    const encryption = readFileSync(join(platform.dataFolder, 'encryption.key'), 'utf8').trim();
    const printed = platform.output.join('\n');
    expect(printed.length).toBeGreaterThan(500);
    const secrets = [
      apiKey,
      accountSecret,
      accountSecret.replace('whsec_', ''),
      signingSecret,
      'the-right-password',
      'a-wrong-password',
      'password-of-desk',
      'password-at-the-carrier',
      'secret-in-a-query',
      encryption,
    ];
    for (const secret of secrets) expect(printed).not.toContain(secret);
    for (const number of [to, ourNumber, '+15550199', '+8613800138000', '+447700900123', '+15557654321']) {
      expect(printed).not.toContain(number.slice(1));
    }
    expect(printed).not.toMatch(/\+\d{10,15}/);
    expect(headerOf(phone.invitation, 'X-Token')).toBe('a-token-of-the-customer');
  });
});
