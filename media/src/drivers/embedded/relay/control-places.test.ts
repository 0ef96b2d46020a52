import { expect, it } from 'vitest';
import { isControlPlace } from './control-places.js';

const places = [{ host: '10.0.0.7', port: 2223 }];

it.each([
  ['10.0.0.7', 2223, true],
  ['::ffff:10.0.0.7', 2223, true],
  ['127.0.0.1', 2223, true],
  ['::1', 2223, true],
  ['10.0.0.7', 2224, false],
  ['10.0.0.8', 2223, false],
  ['2001:db8::7', 2223, false],
])('%s port %i is where a relay at 10.0.0.7 is commanded: %s', (address, port, is) => {
  expect(isControlPlace(address, port, places)).toBe(is);
});

it('is told by the port alone where the relay has a name', () => {
  expect(isControlPlace('192.0.2.1', 2223, [{ host: 'relay.internal', port: 2223 }])).toBe(true);
  expect(isControlPlace('192.0.2.1', 2223, [])).toBe(false);
});
