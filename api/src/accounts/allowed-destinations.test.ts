import { expect, it } from 'vitest';
import { isDestinationAllowed } from './allowed-destinations.js';

it.each([
  ['+14155550100', [], false],
  ['+14155550100', ['+1'], true],
  ['+14155550100', ['+'], true],
  ['+14155550100', ['+44'], false],
  ['+449098790000', ['+44', '!+44909'], false],
  ['+442079460000', ['!+44909', '+44'], true],
  ['+14155550100', ['+', '!+1', '+1415'], true],
  ['+14155550100', ['+1', '!+1'], false],
  ['+14155550100', ['!+1', '+1'], false],
])('%s with %j is allowed: %s', (number, list, allowed) => {
  expect(isDestinationAllowed(list, number)).toBe(allowed);
});
