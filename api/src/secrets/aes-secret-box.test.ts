import { systemRandom } from '@hookswitch/kernel/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AesSecretBox, SecretUnreadableError } from './aes-secret-box.js';

const oldKey = Buffer.alloc(32, 1);
const newKey = Buffer.alloc(32, 2);

describe('AesSecretBox', () => {
  const box = new AesSecretBox([oldKey], systemRandom);

  it('opens what it sealed, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (secret, context) => {
        expect(box.open(box.seal(secret, context), context)).toBe(secret);
      }),
    );
  });

  it('never seals one secret the same way twice', () => {
    expect(box.seal('a', 'x')).not.toBe(box.seal('a', 'x'));
  });

  it('does not open what was sealed for another record', () => {
    expect(() => box.open(box.seal('a', 'TK1'), 'TK2')).toThrow(SecretUnreadableError);
  });

  it.each([
    ['a changed byte', (sealed: string) => sealed.slice(0, -2) + (sealed.endsWith('AA') ? 'BB' : 'AA')],
    ['a cut tag', (sealed: string) => sealed.slice(0, -6)],
    ['nothing', () => ''],
    ['another version', (sealed: string) => sealed.replace('v1', 'v2')],
    ['plain text', () => 'hunter2'],
  ])('refuses %s', (_name, spoil) => {
    expect(() => box.open(spoil(box.seal('secret', 'x')), 'x')).toThrow(SecretUnreadableError);
  });

  it('opens with a former key and knows that it should be sealed anew', () => {
    const sealed = box.seal('secret', 'x');
    const rotated = new AesSecretBox([newKey, oldKey], systemRandom);
    expect(rotated.open(sealed, 'x')).toBe('secret');
    expect(rotated.isOutdated(sealed)).toBe(true);
    expect(rotated.isOutdated(rotated.seal('secret', 'x'))).toBe(false);
    expect(() => new AesSecretBox([newKey], systemRandom).open(sealed, 'x')).toThrow(/PREVIOUS_ENCRYPTION_KEYS/);
  });
});
