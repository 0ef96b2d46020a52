import { describe, expect, it } from 'vitest';
import { addressFaults, overlap } from './inbound-addresses.js';

describe('inbound addresses of a trunk', () => {
  it.each(['192.0.2.1', '192.0.2.0/28', '2001:db8::1', '2001:db8::/48', '::ffff:192.0.2.1'])('may be %s', (text) => {
    expect(addressFaults([text])).toEqual([]);
  });

  it.each([
    '',
    'example.com',
    '192.0.2',
    '192.0.2.256',
    '192.0.2.1/33',
    '0x7f.1',
    '1',
    '192.0.2.1:5060',
    '[2001:db8::1]',
  ])('may not be "%s"', (text) => {
    expect(addressFaults(['192.0.2.1', text])).toEqual([
      { pointer: '/inbound/addresses/1', message: expect.stringContaining('must be an IP address') },
    ]);
  });

  it.each(['0.0.0.0/0', '10.0.0.0/8', '::/0', '2000::/3'])('may not be as wide as %s', (text) => {
    expect(addressFaults([text])).toEqual([
      { pointer: '/inbound/addresses/0', message: expect.stringContaining('too wide') },
    ]);
  });

  it.each([
    ['192.0.2.1', '192.0.2.1', true],
    ['192.0.2.1', '192.0.2.0/24', true],
    ['192.0.2.0/24', '192.0.0.0/16', true],
    ['192.0.2.1', '192.0.2.2', false],
    ['192.0.2.0/25', '192.0.2.128/25', false],
    ['::ffff:192.0.2.1', '192.0.2.0/24', true],
    ['2001:db8::1', '192.0.2.1', false],
    ['2001:db8::1', '2001:db8::/48', true],
  ])('%s and %s overlap: %s', (a, b, overlapping) => {
    expect(overlap(a, b)).toBe(overlapping);
    expect(overlap(b, a)).toBe(overlapping);
  });
});
