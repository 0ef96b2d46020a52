import { createPublicKey, verify } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'svix';
import { describe, expect, it } from 'vitest';
import { InvalidSigningSecretError, newEd25519Secret, signWebhook, verificationKey } from './sign-webhook.js';

const secretOf = (bytes: Uint8Array) => `whsec_${Buffer.from(bytes).toString('base64')}`;
const aSecret = fc.uint8Array({ minLength: 24, maxLength: 64 }).map(secretOf);

describe('signWebhook', () => {
  it('gives the signature of the published example (Standard Webhooks 1.0)', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const signed = signWebhook('msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330_000, '{"test": 2432232314}', [secret]);
    expect(signed).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('is taken by svix with either secret while two overlap', () => {
    fc.assert(
      fc.property(fc.jsonValue(), aSecret, aSecret, (value, first, second) => {
        const body = JSON.stringify({ value });
        const headers = { ...signWebhook('EV1', Date.now(), body, [first, second]) };
        expect(new Webhook(first).verify(body, headers)).toEqual(JSON.parse(body));
        expect(new Webhook(second).verify(body, headers)).toEqual(JSON.parse(body));
      }),
      { numRuns: 50 },
    );
  });

  it('is not taken by svix when a byte of the body changed, or for another secret', () => {
    const [mine, other] = [secretOf(Buffer.alloc(32, 1)), secretOf(Buffer.alloc(32, 2))];
    const headers = { ...signWebhook('EV1', Date.now(), '{"a":1}', [mine]) };
    expect(() => new Webhook(mine).verify('{"a":2}', headers)).toThrow();
    expect(() => new Webhook(other).verify('{"a":1}', headers)).toThrow();
  });

  it('signs with Ed25519 as `v1a`, which the public key alone verifies', () => {
    const secret = newEd25519Secret();
    const publicKey = verificationKey(secret);
    expect(publicKey).toMatch(/^whpk_/);
    const signed = signWebhook('EV1', 1_700_000_000_000, '{}', [secret]);
    const [version, signature] = signed['webhook-signature'].split(',');
    const x = Buffer.from(publicKey.slice(5), 'base64').toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    expect(version).toBe('v1a');
    expect(verify(null, Buffer.from('EV1.1700000000.{}'), key, Buffer.from(signature!, 'base64'))).toBe(true);
  });

  it.each(['', 'secret', 'whsec_', 'whsec_c2hvcnQ=', 'whsk_c2hvcnQ=', `whsec_${'A'.repeat(100)}`])(
    'refuses the secret %j',
    (secret) => {
      expect(() => signWebhook('EV1', 0, '{}', [secret])).toThrow(InvalidSigningSecretError);
    },
  );
});
