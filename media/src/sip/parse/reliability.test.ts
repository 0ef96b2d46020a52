import { describe, expect, it } from 'vitest';
import { SipRequest, SipResponse } from './message.js';
import { readRAck, readRSeq } from './reliability.js';

const nothing = Buffer.alloc(0);

function provisional(status: number, headers: readonly string[], to = '<sip:a@b>;tag=t') {
  return new SipResponse(status, 'x', ['to', to, ...headers], nothing);
}

describe('RSeq (RFC 3262 7.1)', () => {
  it.each<[string, SipResponse, number | undefined]>([
    ['a reliable 183', provisional(183, ['require', '100rel', 'rseq', '9']), 9],
    ['one among other extensions', provisional(180, ['require', 'timer, 100REL ,x', 'rseq', ' 9 ']), 9],
    ['the largest', provisional(180, ['require', '100rel', 'rseq', '4294967295']), 4294967295],
    ['one too large', provisional(180, ['require', '100rel', 'rseq', '4294967296']), undefined],
    ['100', provisional(100, ['require', '100rel', 'rseq', '9']), undefined],
    ['200', provisional(200, ['require', '100rel', 'rseq', '9']), undefined],
    ['another extension', provisional(180, ['require', 'x100rel, 100rel2', 'rseq', '9']), undefined],
    ['one without number', provisional(180, ['require', '100rel']), undefined],
    ['one without a To tag', provisional(180, ['require', '100rel', 'rseq', '9'], '<sip:a@b>'), undefined],
  ])('of %s', (_what, response, expected) => {
    expect(readRSeq(response)).toBe(expected);
  });
});

describe('RAck (RFC 3262 7.2)', () => {
  it.each([
    ['776656 1 INVITE', { response: 776656, cseq: 1, method: 'INVITE' }],
    [' 1  2\tINVITE ', { response: 1, cseq: 2, method: 'INVITE' }],
    ['1 2', undefined],
    ['1 2 INVITE x', undefined],
    ['-1 2 INVITE', undefined],
    ['99999999999 2 INVITE', undefined],
    ['', undefined],
  ])('%j', (value, expected) => {
    expect(readRAck(new SipRequest('PRACK', 'sip:a@b', ['rack', value], nothing))).toEqual(expected);
  });

  it('is not there', () => {
    expect(readRAck(new SipRequest('PRACK', 'sip:a@b', [], nothing))).toBeUndefined();
  });
});

describe('a list of tokens', () => {
  it.each([
    ['timer', true],
    ['TIMER', true],
    ['path,timer', true],
    ['path ,\ttimer , x', true],
    ['timers', false],
    ['x-timer', false],
    ['xtimer, timer2', false],
    ['timer2, timer', true],
    ['', false],
  ])('%j has the one asked for: %s', (list, has) => {
    expect(new SipRequest('OPTIONS', 'sip:a@b', ['supported', list], nothing).hasToken('supported', 'Timer')).toBe(has);
  });

  it('may stand on several lines', () => {
    const request = new SipRequest('OPTIONS', 'sip:a@b', ['supported', 'path', 'supported', 'timer'], nothing);
    expect(request.hasToken('supported', 'timer')).toBe(true);
  });
});
