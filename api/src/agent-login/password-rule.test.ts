import { seededRandom, systemRandom } from '@hookswitch/kernel/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashPassword, verifyPassword } from './password-hash.js';
import { makeCode, makePassword, passwordFault } from './password-rule.js';

describe('a password', () => {
  it.each([
    ['Abcdef1-', undefined],
    ['пароль1!', undefined],
    ['密码密码密码1！', undefined],
    ['ann@example1.co', 'must not be the e-mail address'],
    ['ANN@example1.co', 'must not be the e-mail address'],
    ['Abcde1-', 'must have 8 to 20 characters'],
    [`${'x'.repeat(19)}1-`, 'must have 8 to 20 characters'],
    ['abcdefgh-', 'must have a letter, a digit and a symbol'],
    ['12345678-', 'must have a letter, a digit and a symbol'],
    ['abcdefgh1', 'must have a letter, a digit and a symbol'],
    ['abcdefgh 1', 'must have a letter, a digit and a symbol'],
  ])('%s: %s', (password, fault) => {
    expect(passwordFault(password, 'ann@example1.co')).toBe(fault);
  });

  it('that is made fits the rule, whatever chance says', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(passwordFault(makePassword(seededRandom(seed)), 'ann@example.com')).toBeUndefined();
      }),
    );
  });

  it('is found right by its hash only', async () => {
    for (const kind of ['chosen', 'made'] as const) {
      const hash = await hashPassword('Abcdef1-', kind, systemRandom);
      expect(hash).not.toContain('Abcdef1-');
      expect(hash).not.toBe(await hashPassword('Abcdef1-', kind, systemRandom));
      expect(await verifyPassword('Abcdef1-', hash)).toBe(true);
      expect(await verifyPassword('Abcdef1_', hash)).toBe(false);
    }
    expect(await verifyPassword('Abcdef1-', undefined)).toBe(false);
    expect(await verifyPassword('', undefined)).toBe(false);
  });
});

describe('a code', () => {
  it('has six digits, each as likely as the others', () => {
    const counts = Array.from({ length: 10 }, () => 0);
    for (let n = 0; n < 2000; n++) {
      const code = makeCode(systemRandom);
      expect(code).toMatch(/^\d{6}$/);
      for (const digit of code) counts[Number(digit)]! += 1;
    }
    // 1,200 of each are expected; six standard deviations are 197.
    for (const count of counts) expect(Math.abs(count - 1200)).toBeLessThan(200);
  });
});
