import { expect, it } from 'vitest';
import { chooseLocalAddress } from './local-address.js';

const ours = [
  { address: '127.0.0.1', prefixLength: 8, internal: true },
  { address: '::1', prefixLength: 128, internal: true },
  { address: '203.0.113.7', prefixLength: 24, internal: false },
  { address: '10.1.0.4', prefixLength: 16, internal: false },
  { address: 'fe80::1', prefixLength: 64, internal: false },
  { address: '2001:db8::7', prefixLength: 64, internal: false },
];

it.each([
  ['127.0.0.1', '127.0.0.1'],
  ['10.1.200.9', '10.1.0.4'],
  ['203.0.113.99', '203.0.113.7'],
  ['198.51.100.1', '203.0.113.7'],
  ['::1', '::1'],
  ['2001:db8:1::1', '2001:db8::7'],
  ['carrier.example', '203.0.113.7'],
])('a peer at %s reaches us at %s', (remote, local) => {
  expect(chooseLocalAddress(ours, remote)).toBe(local);
});

it('falls back to loopback on a machine without addresses', () => {
  expect(chooseLocalAddress([], '192.0.2.1')).toBe('127.0.0.1');
  expect(chooseLocalAddress([], '2001:db8::1')).toBe('::1');
});
