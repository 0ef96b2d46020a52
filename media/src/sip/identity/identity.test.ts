import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Diversion } from '../../port/diversion.js';
import { checkHeaders } from '../parse/build-message.js';
import { splitCommas } from '../parse/header-values.js';
import { nameAddrText, parseNameAddr } from '../parse/name-addr.js';
import { outboundIdentity } from './outbound-identity.js';
import { readDiversions } from './read-diversions.js';
import { readIdentity } from './read-identity.js';
import { readPrivacy } from './read-privacy.js';
import { diversionHeaders } from './write-diversions.js';

describe('P-Asserted-Identity and P-Preferred-Identity (RFC 3325 9.1, 9.2)', () => {
  it.each([
    ['a SIP URI', '<sip:+14155550111@carrier.example>', { user: '+14155550111' }],
    [
      'a bare SIP URI, whose parameters are the header’s',
      'sip:+14155550111@carrier.example;x=1',
      { user: '+14155550111' },
    ],
    ['a tel URI with separators', '<tel:+1-415-555-0111>', { user: '+14155550111' }],
    [
      'a name with a comma',
      '"Acme, Inc." <sip:+14155550111@c.example>',
      { user: '+14155550111', displayName: 'Acme, Inc.' },
    ],
    ['a name with escaped quotes', '"The \\"Boss\\"" <sip:1@c.example>', { user: '1', displayName: 'The "Boss"' }],
    ['a name in UTF-8', '"Jürgen 李" <sip:1@c.example>', { user: '1', displayName: 'Jürgen 李' }],
    ['a name without quotes', 'Anna Bell <sip:anna@c.example>', { user: 'anna', displayName: 'Anna Bell' }],
    [
      'both: the number is the tel URI’s, the name the other’s',
      '"Anna" <sip:anna@c.example>, <tel:+14155550111>',
      { user: '+14155550111', displayName: 'Anna' },
    ],
    [
      'both, the other way round',
      '<tel:+14155550111>, "Anna" <sip:anna@c.example>',
      { user: '+14155550111', displayName: 'Anna' },
    ],
    ['two SIP URIs: the first', '<sip:a@c.example>, <sip:b@c.example>', { user: 'a' }],
    ['one that is broken, then a good one', '<sip:>, "x <sip:y, <tel:+14155550111>', undefined],
    ['one without a user part', '<sip:c.example>, <tel:+14155550111>', { user: '+14155550111' }],
    ['another scheme', '<mailto:a@c.example>', undefined],
    ['nothing', '', undefined],
  ])('%s', (_what, header, identity) => {
    expect(readIdentity(splitCommas(header))).toEqual(identity);
  });
});

describe('Privacy (RFC 3323 4.2, RFC 3325 9.3, RFC 7044 10.1)', () => {
  it.each([
    ['id', [true, false, false]],
    ['ID', [true, false, false]],
    ['user', [true, false, false]],
    ['header', [false, false, false]],
    ['session', [false, false, false]],
    ['id;header', [true, true, false]],
    ['user; header; session; critical', [true, true, false]],
    ['history', [false, true, false]],
    ['none', [false, false, false]],
    ['id;none', [false, false, false]],
    ['id;critical', [true, false, false]],
    ['id;invisible', [true, false, false]],
    ['id;invisible;critical', [true, false, true]],
    ['', [false, false, false]],
    [';;', [false, false, false]],
  ])('%s', (header, [hidesIdentity, hidesHistory, cannotBeKept]) => {
    const refused = header.includes('none');
    expect(readPrivacy([header])).toEqual({ hidesIdentity, hidesHistory, refused, cannotBeKept });
  });
});

describe('what anybody may write into these headers', () => {
  const hostile = fc.string({ unit: fc.constantFrom(...'<>"\\;,=:@%?&. sipteladvrson1+-\tü'), maxLength: 120 });

  it('is read without a throw, and what is read can be written again', () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 4 }), (values) => {
        const request = { values: () => values.flatMap(splitCommas) };
        readPrivacy(values);
        const caller = readIdentity(request.values());
        const diversions = readDiversions(request);
        const target = {
          kind: 'sip',
          uri: 'sip:1@c.example',
          assertIdentity: true,
          diversionForm: 'history-info',
        } as const;
        const from = caller?.user ?? 'anonymous';
        const name = caller?.displayName === undefined ? {} : { fromDisplayName: caller.displayName };
        const told = { callId: 'CA1', from, ringTimeoutMs: 1, target, diversions, ...name };
        const written = outboundIdentity(told, { host: '10.0.0.1', uri: target.uri });
        checkHeaders([['From', nameAddrText(written.fromDisplayName, written.from)], ...written.headers]);
        expect(parseNameAddr(nameAddrText(written.fromDisplayName, written.from)).uri.user).toBe(from);
        for (const [header, value] of written.headers) {
          if (header === 'P-Asserted-Identity') expect(readIdentity([value])?.user).toBe(from);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

/** What a request with these headers, by lower-case name, says. */
const diverted = (headers: Readonly<Record<string, string>>) =>
  readDiversions({ values: (name: string) => splitCommas(headers[name] ?? '') });

describe('Diversion (RFC 5806)', () => {
  it.each<[what: string, header: string, diversions: Diversion[]]>([
    [
      'reason and counter',
      '<sip:+14155550122@c.example>;reason=unconditional;counter=2',
      [{ user: '+14155550122', reason: 'unconditional', times: 2 }],
    ],
    [
      'several, the last first',
      '"Desk" <sip:2@c.example>;reason=no-answer;privacy=off;screen=no, <tel:+14155550122>;reason=user-busy',
      [
        { user: '2', reason: 'no-answer', times: 1 },
        { user: '+14155550122', reason: 'user-busy', times: 1 },
      ],
    ],
    [
      'a quoted reason in capitals',
      '<sip:2@c.example>;reason="Deflection"',
      [{ user: '2', reason: 'deflection', times: 1 }],
    ],
    ['a reason nobody knows', '<sip:2@c.example>;reason=whim;counter=x', [{ user: '2', reason: 'unknown', times: 1 }]],
    ['privacy', '<sip:2@c.example>;privacy=full, <sip:3@c.example>;privacy="uri"', []],
    ['rubbish', '<<>, ;;;', []],
  ])('%s', (_what, header, diversions) => {
    expect(diverted({ diversion: header })).toEqual(diversions);
  });
});

describe('History-Info (RFC 7044, 4458, 7544)', () => {
  it.each<[what: string, header: string, diversions: Diversion[]]>([
    [
      'one diversion by mp',
      '<sip:+14155550122@c.example>;index=1, <sip:+14155550100@us.example;cause=302>;index=1.1;mp=1',
      [{ user: '+14155550122', reason: 'unconditional', times: 1 }],
    ],
    [
      'two, the last first; between them a hop without cause',
      '<sip:1@c.example>;index=1, <sip:2@c.example;cause=486>;index=1.1;mp=1, <sip:2@d.example>;index=1.1.1;rc=1.1, <sip:3@us.example;cause=408>;index=1.1.1.1;mp=1.1.1',
      [
        { user: '2', reason: 'no-answer', times: 1 },
        { user: '1', reason: 'user-busy', times: 1 },
      ],
    ],
    [
      'without mp (RFC 4244): the entry before',
      '<sip:1@c.example>;index=1, <sip:2@us.example;cause=503>;index=1.1',
      [{ user: '1', reason: 'unavailable', times: 1 }],
    ],
    ['nothing diverted', '<sip:1@c.example>;index=1, <sip:1@d.example>;index=1.1;np=1', []],
    ['the first entry has a cause, nothing before it', '<sip:1@c.example;cause=302>;index=1', []],
    ['privacy', '<sip:1@c.example?Privacy=history>;index=1, <sip:2@us.example;cause=302>;index=1.1;mp=1', []],
  ])('%s', (_what, header, diversions) => {
    expect(diverted({ 'history-info': header })).toEqual(diversions);
  });

  it('counts less than Diversion where both are there', () => {
    const both = {
      diversion: '<sip:9@c.example>',
      'history-info': '<sip:1@c.example>;index=1, <sip:2@u.example;cause=302>;index=1.1;mp=1',
    };
    expect(diverted(both)).toEqual([{ user: '9', reason: 'unknown', times: 1 }]);
  });
});

describe('what a next hop is told of diversions', () => {
  const diversions: readonly Diversion[] = [
    { user: '+14155550122', reason: 'no-answer', times: 2 },
    { user: 'a b', reason: 'away', times: 1 },
  ];
  const to = { host: 'us.example', target: 'sip:+1@carrier.example' };

  it('Diversion: one value each, the last first', () => {
    expect(diversionHeaders('diversion', diversions, to)).toEqual([
      [
        'Diversion',
        '<sip:+14155550122@us.example>;reason=no-answer;counter=2, <sip:a%20b@us.example>;reason=away;counter=1',
      ],
    ]);
  });

  it('History-Info: from the first to where it goes now, each reached from the one before', () => {
    const [[name, value]] = diversionHeaders('history-info', diversions, to) as [[string, string]];
    expect([name, value.split(', ')]).toEqual([
      'History-Info',
      [
        '<sip:a%20b@us.example>;index=1',
        '<sip:+14155550122@us.example;cause=404>;index=1.1;mp=1',
        '<sip:+1@carrier.example;cause=408>;index=1.1.1;mp=1.1',
      ],
    ]);
  });

  it('nothing where it wants nothing, or nobody sent the call on', () => {
    expect(diversionHeaders('none', diversions, to)).toEqual([]);
    expect(diversionHeaders('diversion', [], to)).toEqual([]);
  });

  it.each(['diversion', 'history-info'] as const)('is read back the same from %s', (form) => {
    const each = diversions.map((one) => ({ ...one, times: 1, reason: 'no-answer' as const }));
    const written = diversionHeaders(form, each, to);
    expect(diverted({ [form]: written.map(([, value]) => value).join(', ') })).toEqual(each);
  });
});

describe('how an INVITE of ours says who calls', () => {
  const request = { callId: 'CA1', from: '+14155550100', ringTimeoutMs: 1 };
  const trusted = { kind: 'sip', uri: 'sip:+1999@c.example', assertIdentity: true } as const;
  const at = { host: '10.0.0.1', uri: 'sip:+1999@c.example' };

  it('to a trunk that wants it: From and P-Asserted-Identity, the name in both', () => {
    expect(outboundIdentity({ ...request, fromDisplayName: 'Jo "J"', target: trusted }, at)).toEqual({
      from: 'sip:+14155550100@10.0.0.1',
      fromDisplayName: 'Jo "J"',
      contactUser: '+14155550100',
      headers: [['P-Asserted-Identity', '"Jo \\"J\\"" <sip:+14155550100@10.0.0.1>']],
    });
  });

  it('to anybody else: From only', () => {
    const { headers } = outboundIdentity({ ...request, target: { ...trusted, assertIdentity: false } }, at);
    expect(headers).toEqual([]);
  });

  it('of a hidden caller to a trunk that wants it: anonymous From, the number in P-Asserted-Identity, Privacy: id', () => {
    expect(outboundIdentity({ ...request, fromDisplayName: 'Jo', hidden: true, target: trusted }, at)).toEqual({
      from: 'sip:anonymous@anonymous.invalid',
      fromDisplayName: 'Anonymous',
      contactUser: 'anonymous',
      headers: [
        ['P-Asserted-Identity', '"Jo" <sip:+14155550100@10.0.0.1>'],
        ['Privacy', 'id'],
      ],
    });
  });

  it.each([
    ['a trunk that is not told', { ...trusted, assertIdentity: false }],
    ['a phone', { kind: 'endpoint', endpointId: 'SE1' } as const],
  ])('of a hidden caller to %s: his number and name stand nowhere', (_what, target) => {
    const told = outboundIdentity({ ...request, fromDisplayName: 'Jo', hidden: true, target }, at);
    expect(JSON.stringify(told)).not.toMatch(/4155550100|Jo/);
    expect(told.headers).toEqual([['Privacy', 'id']]);
  });

  it('of a hidden caller whom nobody named: nothing is asserted', () => {
    const told = outboundIdentity({ ...request, from: 'anonymous', hidden: true, target: trusted }, at);
    expect(told.headers).toEqual([['Privacy', 'id']]);
  });
});
