import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SipRequest } from '../parse/message.js';
import { SipSyntaxError } from '../sip-errors.js';
import { type ReferTo, readRefer } from './refer-to.js';
import { keysOfReplaces, parseReplaces, replacesOf } from './replaces.js';
import { isReferNotify, readReferNotify, sipfrag } from './sipfrag.js';

const request = (headers: Record<string, string>, body = '') =>
  new SipRequest('REFER', 'sip:us@192.0.2.1', Object.entries(headers).flat(), Buffer.from(body));
const read = (value: string, more: Record<string, string> = {}) => readRefer(request({ 'refer-to': value, ...more }));

describe('readRefer', () => {
  it('reads a Refer-To with escaped headers (RFC 3515 2.1, RFC 3261 19.1.1)', () => {
    const refer = read(
      '"Bob" <sip:bob@b.example;transport=tcp?Replaces=12345%40a.example%3Bto-tag%3D12%3Bfrom-tag%3D34&X-Ticket=4%207>',
      { 'referred-by': '<sip:anna@a.example>', 'refer-sub': 'false' },
    ) as ReferTo;
    expect(refer).toMatchObject({
      uriText: 'sip:bob@b.example;transport=tcp',
      headers: [['X-Ticket', '4 7']],
      replaces: '12345@a.example;to-tag=12;from-tag=34',
      referredBy: '<sip:anna@a.example>',
      wantsNotify: false,
    });
    expect(refer.uri).toMatchObject({ user: 'bob', host: 'b.example' });
  });

  it('takes a bare address and tel:, and wants to be told unless it says otherwise', () => {
    expect(read('sip:100@us.example')).toMatchObject({ uriText: 'sip:100@us.example', wantsNotify: true });
    expect(read('<tel:+1-415-555-0100>')).toMatchObject({ uri: { scheme: 'tel', user: '+14155550100' } });
    expect(read('<sip:1@a>', { 'refer-sub': 'true' })).toMatchObject({ wantsNotify: true });
  });

  it.each([
    ['none', undefined, 400],
    ['two', '<sip:1@a>, <sip:2@a>', 400],
    ['another scheme', '<javascript:alert(1)>', 400],
    ['an http address', '<http://a.example/>', 400],
    ['nothing in brackets', '<>', 400],
    ['headers without brackets', 'sip:1@a?X=1', 400],
    ['one too long', `<sip:${'1'.repeat(3000)}@a>`, 400],
    ['a Replaces without tags', '<sip:1@a?Replaces=abc>', 400],
    ['two Replaces', '<sip:1@a?Replaces=a%3Bto-tag%3D1%3Bfrom-tag%3D2&replaces=b%3Bto-tag%3D1%3Bfrom-tag%3D2>', 400],
    ['another method in the URI', '<sip:1@a;method=BYE>', 603],
    ['another method beside it', '<sip:1@a>;method=SUBSCRIBE', 603],
  ])('refuses %s', (_what, value, status) => {
    const refusal = readRefer(request(value === undefined ? {} : { 'refer-to': value }));
    expect(refusal).toMatchObject({ refusal: { status } });
  });

  it('leaves a Referred-By away that cannot be read', () => {
    expect(read('<sip:1@a>', { 'referred-by': '<nonsense' })).toMatchObject({ referredBy: undefined });
  });

  it('answers or refuses whatever comes, and never throws', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      'sip:',
      'tel:',
      '?',
      '&',
      '=',
      '%',
      '%3B',
      ';',
      'Replaces',
      '\r\n',
      '"',
      '@',
      'a',
      '1',
      ',',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        expect(read(pieces.join(''))).toBeTypeOf('object');
      }),
    );
  });
});

describe('Replaces', () => {
  it('names the dialog as its receiver knows it: its own tag is the to-tag (RFC 3891 3)', () => {
    const replaces = parseReplaces('98732@sip.example.com;from-tag=r33th4x0r;to-tag=ff87ff;early-only');
    expect(replaces).toEqual({
      callId: '98732@sip.example.com',
      toTag: 'ff87ff',
      fromTag: 'r33th4x0r',
      earlyOnly: true,
    });
    expect(keysOfReplaces(replaces)).toEqual(['98732@sip.example.com ff87ff r33th4x0r']);
  });

  it('writes 0 for a peer without a tag, and reads it so', () => {
    const dialog = { callId: 'c', localTag: 'ours', remoteTag: '' } as Parameters<typeof replacesOf>[0];
    expect(replacesOf(dialog)).toBe('c;to-tag=0;from-tag=ours');
    expect(keysOfReplaces(parseReplaces('c;to-tag=1;from-tag=0'))).toEqual(['c 1 0', 'c 1 ']);
  });

  it.each(['', 'c', 'c;to-tag=1', 'c;from-tag=1', ';to-tag=1;from-tag=2', 'a b;to-tag=1;from-tag=2'])(
    'refuses %j',
    (text) => {
      expect(() => parseReplaces(text)).toThrow(SipSyntaxError);
    },
  );
});

describe('the NOTIFY about a REFER', () => {
  it('says the status line of the new call (RFC 3515 2.4.5)', () => {
    expect([sipfrag(100), sipfrag(486)]).toEqual(['SIP/2.0 100 Trying\r\n', 'SIP/2.0 486 Busy Here\r\n']);
  });

  it.each([
    ['active;expires=60', 'SIP/2.0 180 Ringing\r\n', { status: 180, last: false }],
    ['terminated;reason=noresource', 'SIP/2.0 200 OK\r\n', { status: 200, last: true }],
    ['terminated;reason=timeout', '', { status: undefined, last: true }],
    ['', 'SIP/2.0 603 Decline', { status: 603, last: true }],
    ['active', 'nonsense', { status: undefined, last: false }],
  ])('%s %j is read', (state, body, told) => {
    const headers = { event: 'refer;id=2', 'subscription-state': state, 'content-type': 'message/sipfrag;version=2.0' };
    expect(isReferNotify(request(headers, body))).toBe(true);
    expect(readReferNotify(request(headers, body))).toEqual(told);
  });

  it('of another package is none', () => {
    expect([isReferNotify(request({ event: 'presence' })), isReferNotify(request({}))]).toEqual([false, false]);
  });
});
