import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SipSyntaxError, SipTooLargeError } from '../sip-errors.js';
import { defaultSipLimits } from '../sip-settings.js';
import { buildRequest } from './build-message.js';
import type { SipRequest } from './message.js';
import { parseNameAddr } from './name-addr.js';
import { parseMessage } from './parse-message.js';
import { withoutHeaders } from './uri.js';

/** A message from lines; the body after the last. */
function message(lines: readonly string[], body = ''): Buffer {
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

const plain = [
  'Via: SIP/2.0/UDP host.example;branch=z9hG4bK1',
  'From: <sip:a@example.com>;tag=1',
  'To: <sip:b@example.com>',
  'Call-ID: x@y',
  'CSeq: 1 OPTIONS',
  'Max-Forwards: 70',
];

function request(bytes: Buffer): SipRequest {
  const { message: parsed, fault } = parseMessage(bytes, defaultSipLimits);
  expect(fault).toBeUndefined();
  if (parsed.kind !== 'request') throw new Error('not a request');
  return parsed;
}

function options(...lines: string[]): SipRequest {
  return request(message(['OPTIONS sip:b@example.com SIP/2.0', ...plain, ...lines]));
}

describe('parsing a message', () => {
  it('unfolds lines that start with a blank (RFC 3261 7.3.1)', () => {
    expect(options('Subject: I know', '  you are', '\tthere').header('subject')).toBe('I know you are there');
  });

  it('takes compact names, any case and blanks before the colon (7.3.3)', () => {
    const parsed = request(
      message([
        'OPTIONS sip:b@example.com SIP/2.0',
        'v: SIP / 2.0 / UDP  host.example ;branch=z9hG4bK1',
        'F: "A" <sip:a@example.com>;tag=1',
        't:<sip:b@example.com>',
        'i :x@y',
        'cseq:  1   OPTIONS',
        'M: <sip:a@1.2.3.4>',
        'k: timer, 100rel',
      ]),
    );
    expect(parsed.via.host).toBe('host.example');
    expect(parsed.contact?.uri.host).toBe('1.2.3.4');
    expect(parsed.values('supported')).toEqual(['timer', '100rel']);
  });

  it('splits lists at commas outside quotes and brackets, over several lines (7.3.1)', () => {
    const parsed = options(
      'Contact: "Smith, John" <sip:a,b@example.com>;x=1, <sip:c@example.com>',
      'Contact: sip:d@example.com',
    );
    expect(parsed.values('contact')).toEqual([
      '"Smith, John" <sip:a,b@example.com>;x=1',
      '<sip:c@example.com>',
      'sip:d@example.com',
    ]);
    expect(parsed.contact?.displayName).toBe('Smith, John');
  });

  it('takes escapes off quoted names and keeps UTF-8 (25.1)', () => {
    const parsed = options('Contact: "J \\"Zoë\\" \\\\ 李" <sip:a@example.com>');
    expect(parsed.contact?.displayName).toBe('J "Zoë" \\ 李');
  });

  it('takes a NUL in a quoted-pair and nowhere else (25.1; RFC 4475 3.1.1.2), and gives it back as it came', () => {
    const name = '"BEL:\\\u0007 NUL:\\\0 DEL:\\\u007f" <sip:b@example.com>';
    expect(options(`Reply-To: ${name}`).header('reply-to')).toBe(name);
    expect(parseNameAddr(name).displayName).toBe('BEL:\u0007 NUL: DEL:\u007f');
    expect(() => options('Subject: a\0b')).toThrow(SipSyntaxError);
    expect(buildRequest('OPTIONS', 'sip:b@c', { headers: [['To', name]] }).toString()).toContain(name);
  });

  it('gives parameters after a bare URI to the header and not to the URI (20.10)', () => {
    const parsed = options('Contact: sip:a@example.com;expires=60');
    expect(parsed.contact?.params.get('expires')).toBe('60');
    expect(parsed.contact?.uri.params.size).toBe(0);
  });

  it('keeps headers it does not know', () => {
    expect(options('X-Own_Header!: a, "b"').header('x-own_header!')).toBe('a, "b"');
  });

  it('reads IPv6 literals in URIs and Vias (RFC 5118)', () => {
    const parsed = request(
      message([
        'OPTIONS sip:b@[2001:db8::10]:5070 SIP/2.0',
        'Via: SIP/2.0/UDP [2001:db8::9:1]:5060;received=[2001:db8::9:255];branch=z9hG4bK1',
        ...plain.slice(1),
      ]),
    );
    expect(parsed.parsedUri).toMatchObject({ host: '2001:db8::10', port: 5070 });
    expect(parsed.via).toMatchObject({ host: '2001:db8::9:1', port: 5060 });
  });

  it('reads user parts with escapes, semicolons and question marks (19.1)', () => {
    const parsed = request(message(['OPTIONS sip:a;b%40c?d@example.com;transport=tcp?x=y SIP/2.0', ...plain]));
    expect(parsed.parsedUri).toMatchObject({ user: 'a;b@c?d', host: 'example.com', headers: 'x=y' });
    expect(parsed.parsedUri.params.get('transport')).toBe('tcp');
  });

  it.each([
    ['sip:b@example.com?Route=%3Csip:p%3E', 'sip:b@example.com'],
    ['sip:example.com;x=y?a=b', 'sip:example.com;x=y'],
    ['sip:what?really@example.com;x=y', 'sip:what?really@example.com;x=y'],
  ])('takes the headers off %s (19.1.1)', (uri, bare) => {
    expect(withoutHeaders(uri)).toBe(bare);
  });

  it('refuses an address with headers and no brackets, but not one with a ? in its user part (20)', () => {
    expect(() => parseNameAddr('sip:b@example.com?Route=%3Csip:p%3E')).toThrow(SipSyntaxError);
    expect(parseNameAddr('sip:what?really@example.com').uri.user).toBe('what?really');
  });

  it('cuts the body at Content-Length (18.3)', () => {
    const parsed = request(
      message(['OPTIONS sip:b@example.com SIP/2.0', ...plain, 'Content-Length: 4'], 'bodygarbage'),
    );
    expect(parsed.bodyText).toBe('body');
  });

  it('finds fault with a body that is shorter than Content-Length (18.3)', () => {
    const { fault } = parseMessage(
      message(['OPTIONS sip:b@example.com SIP/2.0', ...plain, 'Content-Length: 40'], 'body'),
      defaultSipLimits,
    );
    expect(fault).toContain('Content-Length');
  });
});

/** Messages after the ideas of RFC 4475, typed anew, with what must become of them. */
const torture: readonly [name: string, lines: readonly string[], outcome: 'good' | 'fault' | 'drop'][] = [
  [
    'blanks, folds and case wherever the grammar allows them (3.1.1.1)',
    [
      'OPTIONS sip:olga@pbx.example.net;colour SIP/2.0',
      'TO :',
      ' sip:olga@pbx.example.net ;   tag    = 77a',
      'from   : "P Quill \\\\\\""       <sip:quill@example.net>',
      '  ;',
      '  tag = b88c',
      'mAX-fORWARDS: 0042',
      'Call-ID: folds.1@192.0.2.40',
      'cseq: 0003',
      '  OPTIONS',
      'Via  : SIP  /   2.0',
      ' /UDP',
      '    192.0.2.41;branch=z9hG4bKfolds',
      'Unheard-Of:   one value',
      ' and its end',
    ],
    'good',
  ],
  [
    'every character a token may have, in method, parameters, Call-ID and branch (3.1.1.2)',
    [
      "Odd!Method-7.%*_+`'~ sip:a.b~(c!d)&e=f+g$h/i,j;k@example.net SIP/2.0",
      "Via: SIP/2.0/TCP odd.example.net;branch=z9hG4bK-~'`+_*%!.",
      'To: "bell \\\u0007, delete \\\u007f" <sip:x@example.net>',
      'From: two words~! <sip:y@example.net>;own`param~=" ";tag=t~1!',
      'Call-ID: all%these-!.*_+\'@are`~)(><:word/"][?}{',
      "CSeq: 2147483647 Odd!Method-7.%*_+`'~",
      'Max-Forwards: 255',
    ],
    'good',
  ],
  [
    "a CSeq method that is not the request's (3.1.2.17)",
    ['OPTIONS sip:a@example.com SIP/2.0', ...plain.slice(0, 4), 'CSeq: 8 INVITE'],
    'fault',
  ],
  [
    'a CSeq number out of range (3.1.2.4)',
    ['OPTIONS sip:a@example.com SIP/2.0', ...plain.slice(0, 4), 'CSeq: 36893488147419103232 OPTIONS'],
    'fault',
  ],
  [
    'a negative Content-Length (3.1.2.3)',
    ['OPTIONS sip:a@example.com SIP/2.0', ...plain, 'Content-Length: -999'],
    'fault',
  ],
  [
    'an unclosed quote in To (3.1.2.6)',
    [
      'OPTIONS sip:a@example.com SIP/2.0',
      plain[0]!,
      plain[1]!,
      'To: "Mr. J. User <sip:j.user@example.com>',
      'Call-ID: a',
      'CSeq: 1 OPTIONS',
    ],
    'fault',
  ],
  ['blanks within the Request-URI (3.1.2.8)', ['OPTIONS sip:user@example.com; lr SIP/2.0', ...plain], 'fault'],
  ['several blanks in the request line (3.1.2.9)', ['OPTIONS  sip:user@example.com  SIP/2.0', ...plain], 'fault'],
  ['blanks after the request line (3.1.2.10)', ['OPTIONS sip:user@example.com SIP/2.0  ', ...plain], 'fault'],
  [
    'two Content-Lengths that differ (3.3.9)',
    ['OPTIONS sip:a@example.com SIP/2.0', ...plain, 'Content-Length: 0', 'l: 5'],
    'fault',
  ],
  [
    'the same Content-Length twice',
    ['OPTIONS sip:a@example.com SIP/2.0', ...plain, 'Content-Length: 0', 'l: 0'],
    'good',
  ],
  ['no header at all but the request line (3.3.1)', ['OPTIONS sip:a@example.com SIP/2.0'], 'fault'],
  ['two CSeqs that differ (3.3.8)', ['OPTIONS sip:a@example.com SIP/2.0', ...plain, 'CSeq: 2 OPTIONS'], 'fault'],
  [
    'a Max-Forwards beyond 255 (3.3.9, out of range)',
    ['OPTIONS sip:a@example.com SIP/2.0', ...plain.slice(0, 5), 'Max-Forwards: 300'],
    'fault',
  ],
  [
    'a response with a status out of range (3.1.2.19)',
    ['SIP/2.0 4294967301 better not break the receiver', ...plain],
    'drop',
  ],
  ['a response with no phrase (3.1.1.13)', ['SIP/2.0 100 ', ...plain], 'good'],
  ['a request line that is none', ['this is not SIP', ...plain], 'drop'],
  [
    'a Via of another protocol version',
    ['OPTIONS sip:a@example.com SIP/2.0', 'Via: SIP/7.0/UDP a;branch=z9hG4bK1', ...plain.slice(1)],
    'fault',
  ],
];

describe('messages in the spirit of RFC 4475', () => {
  it.each(torture)('%s', (_name, lines, outcome) => {
    const parse = () => parseMessage(message(lines), defaultSipLimits);
    if (outcome === 'drop') expect(parse).toThrow(SipSyntaxError);
    else if (outcome === 'fault') expect(parse().fault).toBeDefined();
    else expect(parse().fault).toBeUndefined();
  });
});

describe('limits', () => {
  it('refuse messages and headers that are too large, and too many headers', () => {
    const lines = ['OPTIONS sip:b@example.com SIP/2.0', ...plain];
    const big = message([...lines, `X: ${'a'.repeat(9_000)}`]);
    const folded = message([...lines, 'X: a', ...Array.from({ length: 200 }, () => ` ${'b'.repeat(100)}`)]);
    const many = message([...lines, ...Array.from({ length: 300 }, (_, index) => `X-${index}: a`)]);
    const huge = message(lines, 'x'.repeat(70_000));
    for (const bytes of [big, folded, many, huge]) {
      expect(() => parseMessage(bytes, defaultSipLimits)).toThrow(SipTooLargeError);
    }
  });
});

describe('properties', () => {
  /** Reads everything that is read lazily; only the parser's own errors may come. */
  const readAll = (bytes: Buffer) => {
    try {
      const { message: parsed } = parseMessage(bytes, defaultSipLimits);
      for (const read of [
        () => parsed.contact,
        () => parsed.vias,
        () => parsed.from.uri,
        () => parsed.to.uri,
        () => parsed.cseq,
        () => parsed.contentType,
        () => parsed.values('route'),
        () => (parsed.kind === 'request' ? parsed.parsedUri : undefined),
      ]) {
        try {
          read();
        } catch (error) {
          if (!(error instanceof SipSyntaxError)) throw error;
        }
      }
    } catch (error) {
      if (!(error instanceof SipSyntaxError || error instanceof SipTooLargeError)) throw error;
    }
  };

  it('any bytes at all are read or refused by an error of its own', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => readAll(Buffer.from(bytes))),
      { numRuns: 500 },
    );
  });

  it('a good message with bytes changed, cut or put in is read or refused', () => {
    const good = message(
      [
        'INVITE sip:b@example.com;lr SIP/2.0',
        ...plain.slice(0, 4),
        'CSeq: 1 INVITE',
        'Contact: "a" <sip:a@[::1]:5>;q=1',
        'Route: <sip:p;lr>, <sip:q;lr>',
        'Content-Length: 4',
        'Content-Type: application/sdp',
      ],
      'body',
    );
    const edit = fc.record({ at: fc.nat(good.length), cut: fc.nat(5), put: fc.uint8Array({ maxLength: 5 }) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 8 }), (edits) => {
        let bytes = good;
        for (const { at, cut, put } of edits) {
          bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(Math.min(bytes.length, at + cut))]);
        }
        readAll(bytes);
      }),
      { numRuns: 2_000 },
    );
  });

  it('what the builder writes, the parser reads as it was', () => {
    const value = fc
      .string({ unit: 'grapheme', maxLength: 60 })
      .map((text) => text.replace(/[\p{Cc}\p{Cs}]/gu, '').trim());
    const name = fc.stringMatching(/^X-[A-Za-z0-9.!%*_+~-]{1,20}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 10 }), fc.string({ maxLength: 100 }), (extra, body) => {
        const bytes = buildRequest('OPTIONS', 'sip:b@example.com', {
          headers: [...plain.map((line) => line.split(/: (.*)/).slice(0, 2) as [string, string]), ...extra],
          body,
        });
        const parsed = request(bytes);
        const kept = parsed.rawHeaders.slice(plain.length * 2, -2);
        expect(kept).toEqual(extra.flatMap(([header, text]) => [header.toLowerCase(), text]));
        expect(parsed.body).toEqual(Buffer.from(body));
      }),
    );
  });

  it('the builder refuses whatever would start another line (header injection)', () => {
    for (const bad of ['a\r\nX: b', 'a\nb', 'a\rb', 'a\0b']) {
      expect(() => buildRequest('OPTIONS', 'sip:b@c', { headers: [['X', bad]] })).toThrow('line break');
      expect(() => buildRequest('OPTIONS', 'sip:b@c', { headers: [[bad, 'x']] })).toThrow('token');
      expect(() => buildRequest('OPTIONS', `sip:${bad}`, { headers: [] })).toThrow('Request-URI');
      expect(() => buildRequest(bad, 'sip:b@c', { headers: [] })).toThrow('token');
    }
  });
});
