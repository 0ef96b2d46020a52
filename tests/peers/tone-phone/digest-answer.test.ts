import { describe, expect, it } from 'vitest';
import { digestAnswer, digestIsRight } from './digest-answer.js';

describe('digestAnswer', () => {
  const login = { username: 'Mufasa', password: 'Circle Of Life' };

  it('gives the response of RFC 2617 3.5 without qop', () => {
    const answer = digestAnswer(
      'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"',
      login,
      'GET',
      '/dir/index.html',
    );
    expect(answer).toContain('response="670fd8c2df070c60b045671b8b24ff02"');
    expect(answer).not.toContain('qop');
  });

  it('answers qop with a count and a nonce of its own, and hands opaque back', () => {
    const answer = digestAnswer(
      'Digest realm="r", nonce="n", qop="auth-int,auth", opaque="o", algorithm=SHA-256',
      login,
      'REGISTER',
      'sip:r',
    );
    expect(answer).toMatch(/response="[0-9a-f]{64}"/);
    expect(answer).toMatch(/qop=auth, nc=00000001, cnonce="[0-9a-f]{16}"/);
    expect(answer).toContain('opaque="o"');
  });

  it.each(['MD5', 'SHA-256'])('is right with the password it was made with, and wrong otherwise (%s)', (algorithm) => {
    const answer = digestAnswer(
      `Digest realm="r", nonce="n", qop="auth", algorithm=${algorithm}`,
      login,
      'INVITE',
      'sip:r',
    );
    expect(digestIsRight(answer, 'Circle Of Life', 'INVITE')).toBe(true);
    expect(digestIsRight(answer, 'circle of life', 'INVITE')).toBe(false);
    expect(digestIsRight(answer, 'Circle Of Life', 'REGISTER')).toBe(false);
  });
});
