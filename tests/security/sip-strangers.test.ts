import { describe, expect, it } from 'vitest';
import { useWorld } from '../journeys/world.js';
import { headerOf, headersOf, type SipText } from '../peers/tone-phone/sip-text.js';
import { openInEngine } from './metrics.js';
import { Stranger } from './stranger.js';

const on = useWorld({ name: 'sip_strangers', redisDatabase: 93 });

let lastHost = 1;

/** Somebody at an address that nobody had before. */
function stranger(): Promise<Stranger> {
  lastHost += 1;
  return Stranger.at(`127.1.${lastHost >> 8}.${lastHost & 255}`, on.world.sip);
}

async function nothingOpen(): Promise<void> {
  await on.world.eventually('no transaction to be left', async () =>
    (await openInEngine(on.world.platform, 'transactions')) === 0 ? true : undefined,
  );
}

/** A name nobody has that is offered MD5 alone, as most are; some are offered what a few phones have, so that this tells nothing either. */
async function absentWithMd5(method: string): Promise<string> {
  for (let number = 0; number < 20; number += 1) {
    const user = `absent${number}`;
    const one = await stranger();
    const asked = { uri: 'sip:127.0.0.1', from: `<sip:${user}@127.0.0.1>;tag=1`, to: `<sip:${user}@127.0.0.1>` };
    const offers = headersOf(await one.ask(method, asked), 'WWW-Authenticate');
    one.close();
    if (offers.length === 1 && offers[0]!.includes('algorithm=MD5')) return user;
  }
  throw new Error('no absent name is offered what an endpoint has by default');
}

/** An answer without what differs by chance. */
function shape(answer: SipText, user: string) {
  return {
    status: answer.status,
    reason: answer.reason,
    headers: answer.headers
      .filter(([name]) => name !== 'Via' && name !== 'Call-ID')
      .map(([name, value]) => [
        name,
        value
          .replace(/nonce="[^"]*"/, 'nonce')
          .replace(/tag=\w+/, 'tag')
          .replaceAll(user, 'user'),
      ]),
    body: answer.body,
  };
}

describe('a stranger on SIP', () => {
  it.each(['REGISTER', 'INVITE'])(
    'cannot tell by %s whether a user exists: with no password, nor with a wrong one',
    async (method) => {
      await on.world.api.request('POST', '/v1/endpoints', { username: 'exists' });
      const shapes = [];
      for (const user of ['exists', await absentWithMd5(method)]) {
        const one = await stranger();
        const who = { uri: 'sip:127.0.0.1', from: `<sip:${user}@127.0.0.1>;tag=1`, to: `<sip:${user}@127.0.0.1>` };
        const challenge = await one.ask(method, who);
        const nonce = /nonce="([^"]*)"/.exec(headerOf(challenge, 'WWW-Authenticate'))![1]!;
        const login = (given: string, nc: string) =>
          `Authorization: Digest username="${user}", realm="127.0.0.1", nonce="${given}", uri="sip:127.0.0.1", response="${'0'.repeat(32)}", algorithm=MD5, qop=auth, nc=${nc}, cnonce="x"`;
        const wrong = await one.ask(method, { ...who, cseq: 2, headers: [login(nonce, '00000001')] });
        const strange = await one.ask(method, { ...who, cseq: 3, headers: [login('made-up', '00000001')] });
        const sha = await one.ask(method, {
          ...who,
          cseq: 4,
          headers: [login(nonce, '00000002').replace('MD5', 'SHA-256')],
        });
        expect([challenge.status, wrong.status, strange.status, sha.status]).toEqual([401, 403, 401, 401]);
        shapes.push([challenge, wrong, strange, sha].map((answer) => shape(answer, user)));
        one.close();
      }
      expect(shapes[0]).toEqual(shapes[1]);
    },
  );

  it.each(['REGISTER', 'INVITE', 'OPTIONS', 'BYE', 'CANCEL', 'SUBSCRIBE', 'MESSAGE'])(
    'gets at most one answer to a %s, so that a forged source is not flooded, and nothing of it is kept (RFC 3261 8.2.7)',
    async (method) => {
      const one = await stranger();
      const request = one.request(method);
      await nothingOpen();
      await one.send(request);
      await one.heard.until('an answer', () => one.heard.all[0]);
      expect(await openInEngine(on.world.platform, 'transactions')).toBe(0);
      // The next answer would be a repeat of the first, were there any.
      await one.ask('OPTIONS', { callId: 'the-last-one' });
      const [first, ...rest] = one.heard.all.filter((text) => !text.includes('the-last-one'));
      expect(rest).toEqual([]);
      // A challenge for each of two algorithms at most, which some names are offered: no flood to whom the source is forged.
      expect(first!.length).toBeLessThan(2 * request.length);
      one.close();
    },
  );

  it('cannot use a challenge twice, nor from another address', async () => {
    const { password } = await on.world.api.post<{ password: string }>('/v1/endpoints', { username: 'replayed' });
    const phone = await on.world.phone({ user: 'replayed', password });
    expect((await phone.register()).status).toBe(200);
    const authorization = phone.messages.all
      .filter(({ sent }) => sent)
      .map(({ message }) => headerOf(message, 'Authorization'))
      .find((value) => value !== '')!;
    const who = { uri: 'sip:127.0.0.1', from: '<sip:replayed@127.0.0.1>;tag=1', to: '<sip:replayed@127.0.0.1>' };
    for (const host of ['127.0.0.1', '127.2.0.9']) {
      const thief = await Stranger.at(host, on.world.sip);
      const answer = await thief.ask('REGISTER', { ...who, headers: [`Authorization: ${authorization}`] });
      expect(answer.status).toBe(401);
      expect(headersOf(answer, 'Contact')).toEqual([]);
      thief.close();
    }
  });

  it('calls nobody: neither a number of ours nor one outside', async () => {
    const line = await on.world.line([{ verb: 'answer' }]);
    const before = (await on.world.api.get<{ items: unknown[] }>('/v1/calls')).items.length;
    const one = await stranger();
    for (const user of [line.number, '+442071234567', '00442071234567', 'steady']) {
      expect((await one.ask('INVITE', { uri: `sip:${user}@127.0.0.1` })).status).toBe(401);
    }
    expect(on.world.backend.count(line.path)).toBe(0);
    expect((await on.world.api.get<{ items: unknown[] }>('/v1/calls')).items.length).toBe(before);
    one.close();
  });
});
