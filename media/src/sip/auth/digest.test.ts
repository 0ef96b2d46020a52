import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import type { SipRequest, SipResponse } from '../parse/message.js';
import { parseMessage } from '../parse/parse-message.js';
import { defaultSipLimits } from '../sip-settings.js';
import { digestHa1, digestResponse } from './digest.js';
import { DigestClient } from './digest-client.js';
import { DigestVerifier } from './digest-verifier.js';
import { ReplayWindow } from './replay-window.js';

const credentials = { username: 'bob', password: 'zanzibar' };
const asked = { method: 'REGISTER', uri: 'sip:biloxi.example' };

function verifier(replayCapacity = 10) {
  return new DigestVerifier({
    secret: Buffer.from('a secret of some length'),
    nonceLifetimeMs: 30_000,
    replayCapacity,
    random: seededRandom(3),
  });
}

function request(...lines: string[]): SipRequest {
  const head = [
    'REGISTER sip:biloxi.example SIP/2.0',
    'Via: SIP/2.0/UDP h;branch=z9hG4bK1',
    'From: <sip:bob@x>;tag=1',
    'To: <sip:bob@x>',
    'Call-ID: 1',
    'CSeq: 1 REGISTER',
  ];
  return parseMessage(Buffer.from(`${[...head, ...lines].join('\r\n')}\r\n\r\n`), defaultSipLimits)
    .message as SipRequest;
}

function challenge(...lines: string[]): SipResponse {
  const head = [
    'SIP/2.0 401 Unauthorized',
    'Via: SIP/2.0/UDP h;branch=z9hG4bK1',
    'From: <sip:bob@x>;tag=1',
    'To: <sip:bob@x>;tag=2',
    'Call-ID: 1',
    'CSeq: 1 REGISTER',
  ];
  return parseMessage(Buffer.from(`${[...head, ...lines].join('\r\n')}\r\n\r\n`), defaultSipLimits)
    .message as SipResponse;
}

describe('the digest response', () => {
  // The example of RFC 7616 3.9.1 (and of RFC 2069 as corrected by its errata).
  const common = { method: 'GET', uri: '/dir/index.html' };

  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ] as const)('by %s is that of RFC 7616 3.9.1', (algorithm, response) => {
    expect(
      digestResponse({
        algorithm,
        ha1: digestHa1(algorithm, 'Mufasa', 'http-auth@example.org', 'Circle of Life'),
        nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
        qop: { name: 'auth', nc: '00000001', cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ' },
        ...common,
      }),
    ).toBe(response);
  });

  it('without qop is that of RFC 2069 2.4 (errata 749)', () => {
    expect(
      digestResponse({
        algorithm: 'MD5',
        ha1: digestHa1('MD5', 'Mufasa', 'testrealm@host.com', 'CircleOfLife'),
        nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
        ...common,
      }),
    ).toBe('1949323746fe6a43ef61f9606e7febea');
  });
});

describe('digest as a client', () => {
  it('answers the first challenge it can compute (RFC 8760 2.4)', () => {
    const client = new DigestClient(credentials, seededRandom(1));
    const taken = client.take(
      challenge(
        'WWW-Authenticate: Digest realm="r", nonce="n", algorithm=SHA-512-256, qop="auth"',
        'WWW-Authenticate: Digest realm="r", nonce="n2", algorithm=SHA-256, qop="auth,auth-int"',
        'WWW-Authenticate: Digest realm="r", nonce="n3", algorithm=MD5, qop="auth"',
      ),
      asked,
    );
    expect(taken).toBe(true);
    expect(client.headers()).toHaveLength(1);
    expect(client.headers()[0]?.[1]).toMatch(/nonce="n2".*algorithm=SHA-256, qop=auth, nc=00000001, cnonce=/);
  });

  it('answers proxy and server realms together (RFC 3261 22.3)', () => {
    const client = new DigestClient(credentials, seededRandom(1));
    client.take(challenge('Proxy-Authenticate: Digest realm="p", nonce="n"'), asked);
    client.take(challenge('WWW-Authenticate: Digest realm="s", nonce="m"'), asked);
    expect(client.headers().map(([name]) => name)).toEqual(['Proxy-Authorization', 'Authorization']);
  });

  it('gives up when its answer is challenged again without stale=true, and after two stale nonces', () => {
    const wrong = new DigestClient(credentials, seededRandom(1));
    expect(wrong.take(challenge('WWW-Authenticate: Digest realm="s", nonce="1"'), asked)).toBe(true);
    expect(wrong.take(challenge('WWW-Authenticate: Digest realm="s", nonce="2"'), asked)).toBe(false);
    const stale = new DigestClient(credentials, seededRandom(1));
    const again = () => stale.take(challenge('WWW-Authenticate: Digest realm="s", nonce="3", stale=TRUE'), asked);
    expect([again(), again(), again(), again()]).toEqual([true, true, true, false]);
  });

  it('quotes what must be quoted', () => {
    const client = new DigestClient({ username: 'a"b\\', password: 'x' }, seededRandom(1));
    client.take(challenge('WWW-Authenticate: Digest realm="r", nonce="n", opaque="o\\"p"'), asked);
    expect(client.headers()[0]?.[1]).toContain('username="a\\"b\\\\"');
    expect(client.headers()[0]?.[1]).toContain('opaque="o\\"p"');
  });
});

describe('digest as a server', () => {
  const realm = 'biloxi.example';

  /** What a client answers to a challenge of the verifier. */
  function answered(server: DigestVerifier, now: number, source = '192.0.2.1', password = 'zanzibar'): SipRequest {
    const client = new DigestClient({ username: 'bob', password }, seededRandom(9));
    const [first] = server.challenge(realm, ['SHA-256', 'MD5'], source, now);
    client.take(challenge(first!.join(': ')), asked);
    return request(client.headers()[0]!.join(': '));
  }

  const ha1 = digestHa1('SHA-256', 'bob', realm, 'zanzibar');
  const judge = (
    server: DigestVerifier,
    given: SipRequest,
    now: number,
    source = '192.0.2.1',
    key: string | undefined = ha1,
  ) => server.check(server.read(given, realm)!, given, key, source, now);

  it('takes the right password once for each nonce count, and calls its reuse stale', () => {
    const server = verifier();
    const given = answered(server, 1_000);
    expect(judge(server, given, 2_000)).toBe('ok');
    expect(judge(server, given, 2_001)).toBe('stale');
  });

  it('says wrong to a wrong password and to a user that does not exist', () => {
    const server = verifier();
    expect(judge(server, answered(server, 1_000, '192.0.2.1', 'guess'), 1_001)).toBe('wrong');
    const given = answered(server, 1_000);
    expect(server.check(server.read(given)!, given, undefined, '192.0.2.1', 1_001)).toBe('wrong');
  });

  it('says stale to a nonce that is too old, from another address, or not its own', () => {
    const server = verifier();
    expect(judge(server, answered(server, 1_000), 31_001)).toBe('stale');
    expect(judge(server, answered(server, 1_000), 1_001, '192.0.2.9')).toBe('stale');
    const other = new DigestVerifier({
      secret: Buffer.from('another secret, not ours'),
      nonceLifetimeMs: 30_000,
      replayCapacity: 10,
      random: seededRandom(4),
    });
    expect(judge(server, answered(other, 1_000), 1_001)).toBe('stale');
  });

  it('reads only Digest, for its realm, with algorithms it knows', () => {
    const server = verifier();
    expect(server.read(request('Authorization: Basic Ym9iOng='), realm)).toBeUndefined();
    expect(server.read(request('Authorization: Digest username="bob", realm="other"'), realm)).toBeUndefined();
    expect(
      server.read(request('Authorization: Digest username="bob", realm="biloxi.example", algorithm=SHA-1'), realm),
    ).toBeUndefined();
    expect(server.read(request('Authorization: Digest username="bob'), realm)).toBeUndefined();
  });
});

describe('the replay window (RFC 7616 3.4: nc)', () => {
  it('takes counts in any order within 64, each once', () => {
    const window = new ReplayWindow(10);
    expect([1, 3, 2, 3, 100, 37, 36, 99].map((nc) => window.use('n', 0, nc))).toEqual([
      true,
      true,
      true,
      false,
      true,
      true,
      false,
      true,
    ]);
  });

  it('forgets the oldest when full, and calls what it forgot used', () => {
    const window = new ReplayWindow(2);
    window.use('a', 1, 1);
    window.use('b', 2, 1);
    window.use('c', 3, 1);
    expect(window.size).toBe(2);
    expect(window.use('a', 1, 2)).toBe(false);
  });
});
