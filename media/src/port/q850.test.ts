import { describe, expect, it } from 'vitest';
import { causeOfStatus, failureAcross, statusOfCause } from './q850.js';

describe('a SIP status as a Q.850 cause (RFC 3398 8.2.6.1)', () => {
  it.each([
    [400, 41],
    [401, 21],
    [402, 21],
    [403, 21],
    [404, 1],
    [405, 63],
    [406, 79],
    [407, 21],
    [408, 102],
    [410, 22],
    [413, 127],
    [414, 127],
    [415, 79],
    [416, 127],
    [420, 127],
    [421, 127],
    [423, 127],
    [480, 18],
    [481, 41],
    [482, 25],
    [483, 25],
    [484, 28],
    [485, 1],
    [486, 17],
    [500, 41],
    [501, 38],
    [502, 38],
    [503, 41],
    [504, 102],
    [505, 127],
    [513, 127],
    [600, 17],
    [603, 21],
    [604, 1],
  ])('%i is %i', (status, cause) => {
    expect(causeOfStatus(status)).toBe(cause);
  });

  it.each([
    ['media that is not acceptable, which the RFC leaves to Warning', 488, 65],
    ['the same everywhere', 606, 65],
    ['anonymity disallowed (RFC 5079)', 433, 24],
    ['a caller who gave up', 487, 16],
    ['one that nobody maps', 499, 127],
  ])('%s: %i is %i', (_what, status, cause) => {
    expect(causeOfStatus(status)).toBe(cause);
  });
});

describe('a Q.850 cause as a SIP status (RFC 3398 7.2.4.1)', () => {
  it.each([
    [1, 404],
    [2, 404],
    [3, 404],
    [16, 480],
    [17, 486],
    [18, 408],
    [19, 480],
    [20, 480],
    [21, 403],
    [22, 410],
    [23, 410],
    [26, 404],
    [27, 502],
    [28, 484],
    [29, 501],
    [31, 480],
    [34, 503],
    [38, 503],
    [41, 503],
    [42, 503],
    [47, 503],
    [55, 403],
    [57, 403],
    [58, 503],
    [65, 488],
    [70, 488],
    [79, 501],
    [87, 403],
    [88, 503],
    [102, 504],
    [111, 500],
    [127, 500],
    [5, 500],
  ])('%i is %i', (cause, status) => {
    expect(statusOfCause(cause)).toBe(status);
  });
});

describe("one leg's failure as the other is told it", () => {
  it.each<[what: string, status: number, cause: number | undefined, told: [sip: number, q850: number]]>([
    ['not found', 404, undefined, [404, 1]],
    ['not found, the cause said', 404, 1, [404, 1]],
    ['busy', 486, undefined, [486, 17]],
    ['a generic status with a telling cause', 500, 1, [404, 1]],
    ['the same from a carrier that says 503', 503, 17, [486, 17]],
    ['the same, subscriber absent', 480, 20, [480, 20]],
    ['a generic status with a vague cause', 480, 31, [480, 31]],
    ['a telling status keeps the odd cause it came with', 486, 31, [486, 31]],
    ['503 is about the next hop', 503, undefined, [500, 41]],
    ['503 though the cause says congestion', 503, 42, [500, 42]],
    ['a challenge that we could not meet', 407, undefined, [403, 21]],
    ['a codec nobody has', 488, undefined, [488, 65]],
    ['an extension between us and them', 420, undefined, [500, 127]],
    ['declined', 603, undefined, [603, 21]],
    ['too many hops', 483, undefined, [483, 25]],
  ])('%s', (_what, status, cause, [sip, q850]) => {
    expect(failureAcross(status, cause)).toEqual({ sip, q850 });
  });
});
