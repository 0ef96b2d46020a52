import { expect, it } from 'vitest';
import { digitOfInfo } from './info-digits.js';

it.each([
  ['application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n', '5'],
  ['application/dtmf-relay', 'signal= *\nDuration=100', '*'],
  ['application/dtmf-relay', 'Duration=100\r\nSignal=11\r\n', '#'],
  ['application/dtmf-relay', 'Signal=a', 'A'],
  ['application/dtmf-relay', 'Signal=55', undefined],
  ['application/dtmf', '7', '7'],
  ['application/dtmf', '10', '*'],
  ['application/dtmf', '', undefined],
  ['application/dtmf', 'x'.repeat(1000), undefined],
  ['text/plain', '7', undefined],
  [undefined, '7', undefined],
])('an INFO of type %s with %j is the key %s', (type, body, digit) => {
  expect(digitOfInfo(type, body)).toBe(digit);
});
