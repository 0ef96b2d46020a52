import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyParts } from './multipart.js';

const type = 'multipart/mixed; boundary="b 1"';
const body = (...lines: string[]) => Buffer.from(lines.join('\r\n'));

describe('a multipart body (RFC 2046 5.1)', () => {
  it('is taken apart, without what stands around its parts', () => {
    const text = body(
      'preamble',
      '--b 1',
      'Content-Type: application/SDP; charset=utf-8',
      'Content-Disposition: session;',
      ' handling=required',
      '',
      'v=0',
      's=ü',
      '',
      '--b 1  ',
      '',
      'plain',
      '--b 1--',
      'epilogue',
      '--b 1',
      '',
      'no part',
    );
    expect(bodyParts(type, text)).toEqual([
      { contentType: 'application/sdp', required: true, content: 'v=0\r\ns=ü\r\n' },
      { contentType: 'text/plain', required: false, content: 'plain' },
    ]);
  });

  it.each([
    ['application/sdp', body('--b', '', 'x', '--b--')],
    ['multipart/mixed', body('--b', '', 'x', '--b--')],
    [`multipart/mixed;boundary=${'b'.repeat(71)}`, body(`--${'b'.repeat(71)}`, '', 'x')],
    ['multipart/mixed;boundary=b', body('nothing')],
  ])('has no parts as %s', (contentType, bytes) => {
    expect(bodyParts(contentType, bytes)).toEqual([]);
  });

  it('of any bytes has at most twenty parts', () => {
    const pieces = fc.constantFrom('--b', '\r\n', '--', 'Content-Type: application/sdp', ':', 'x', '\r\n\r\n', '\0');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 300 }), (words) => {
        expect(bodyParts('multipart/mixed;boundary=b', Buffer.from(words.join(''))).length).toBeLessThanOrEqual(20);
      }),
    );
  });
});
