import { describe, expect, it } from 'vitest';
import { ApiClient } from '../installation/api-client.js';
import { useWorld } from '../journeys/world.js';
import { headerOf } from '../peers/tone-phone/sip-text.js';

const on = useWorld({ name: 'logs', redisDatabase: 92, settings: { LOG_LEVEL: 'trace' } });

describe('what the platform prints at LOG_LEVEL=trace', () => {
  it('holds no key, secret, password, digest, pressed digit or whole number of a scripted call and of failed logins', async () => {
    const { world } = on;
    const { api, firstAccount } = world;
    const key = await api.post<{ key: string }>('/v1/api-keys', { name: 'second' });
    await new ApiClient(api.baseUrl, key.key).get('/v1/calls');
    const wrongKey = 'hk_wrong-but-still-somebodys-key';
    expect((await new ApiClient(api.baseUrl, wrongKey).request('GET', '/v1/calls')).status).toBe(401);
    const { password } = await api.post<{ password: string }>('/v1/endpoints', { username: 'logged' });
    const phone = await world.phone({ user: 'logged', password });
    expect((await phone.register()).status).toBe(200);
    const wrong = await world.phone({ user: 'logged', password: 'not-the-password-at-all' });
    expect((await wrong.register()).status).toBe(403);
    const trunk = { username: 'carrier-login', password: 'carrier-password-4711' };
    await api.post('/v1/trunks', {
      name: 'Digest',
      outbound: { proxies: ['sip:127.0.0.1:9'], prefixes: ['+999'], ...trunk },
    });

    const number = world.newNumber('a');
    const action = world.script(
      [{ verb: 'dial', callerId: '+15550000001', targets: [{ type: 'number', number }] }],
      'next',
    );
    const line = await world.line([
      { verb: 'tag', tags: { note: 'a-private-note' } },
      { verb: 'say', text: 'The pass phrase is xylophone' },
      { verb: 'gather', numDigits: 6, timeout: 30, action },
    ]);
    const caller = await world.call(line);
    await caller.answered();
    await caller.media.sendDigits('918273');
    const callee = await world.carried('a', number);
    await callee.answer();
    await callee.media.hears('caller');
    await caller.bye();
    const callId = await world.callId(line.path);
    await world.cdr(callId);
    // A script that is no script, and an URL that nobody answers.
    const broken = await world.line({ body: 'no JSON: xylophone' });
    await (await world.call(broken)).ended;

    // What is refused is told, with its numbers masked.
    const refused = await (await world.phone({ user: '+15550987655' })).dial('+15550987654');
    await refused.ended;

    const refusal = () => world.platform.output.find((text) => text.includes('An incoming call was refused.'));
    await world.eventually('the refusal to be told', async () => refusal());
    const printed = world.platform.output.join('\n');
    const digests = [phone, wrong].flatMap(({ messages }) =>
      messages.all.flatMap(({ message }) => {
        const value = headerOf(message, 'Authorization');
        return [...value.matchAll(/(?:response|cnonce|nonce)="([^"]+)"/g)].map((match) => match[1]!);
      }),
    );
    expect(digests.length).toBeGreaterThan(5);
    const secrets = [
      firstAccount.apiKey,
      firstAccount.signingSecret,
      key.key,
      wrongKey,
      password,
      'not-the-password-at-all',
      trunk.password,
      '918273',
      'xylophone',
      'a-private-note',
      line.number,
      number,
      '+15550199',
      '15550199',
      '15550987654',
      '15550987655',
      ...digests,
    ];
    expect(secrets.filter((secret) => printed.includes(secret.replace(/^\+/, '')))).toEqual([]);
  });
});
