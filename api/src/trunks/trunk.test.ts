import { expect, it } from 'vitest';
import { applyNumberRules } from './trunk.js';

it.each([
  ['+8613800138000', [{ prefix: '+86', replacement: '0' }], '013800138000'],
  [
    '+14155550123',
    [
      { prefix: '+86', replacement: '0' },
      { prefix: '+', replacement: '00' },
    ],
    '0014155550123',
  ],
  ['02012345678', [{ prefix: '0', replacement: '+44' }], '+442012345678'],
  ['4401', [{ prefix: '', replacement: '+1' }], '+14401'],
  ['4401', [], '4401'],
])('LINE-01 turns %s by %j into %s', (number, rules, result) => {
  expect(applyNumberRules(number, rules)).toBe(result);
});
