/**
 * Messages after the descriptions of RFC 4475 ("SIP torture test messages"), written anew with our own names and addresses; where the RFC's message has
 * a Via, `%via` is ours, so that the answer can be read. `%id` is a Call-ID nobody used before, `%b` a fresh branch.
 */
export interface TortureMessage {
  /** Section and short name in RFC 4475. */
  readonly section: string;
  readonly name: string;
  /** What a right answer is. */
  readonly expected: Outcome;
  /** Where it differs on a stream. */
  readonly onStream?: Outcome;
  /** What the product must read in it, where it is a call that gets through. */
  readonly facts?: { readonly from?: string; readonly to?: string; readonly fromDisplayName?: string };
  readonly headers?: Readonly<Record<string, string | RegExp>>;
  readonly lines: readonly string[];
  readonly body?: string;
  /** Content-Length as given here instead of the true one; '' for none. */
  readonly length?: string;
}

/** A final status, or `through`: the call reached the product (which refuses it with 486); `dropped`; `closed`: dropped and the connection with it. */
export type Outcome = number | 'through' | 'dropped' | 'closed';

const sdp = [
  'v=0',
  'o=mhandley 29739 7272939 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 49217 RTP/AVP 0 12',
  'm=video 3227 RTP/AVP 31',
  'a=rtpmap:31 LPC',
  '',
].join('\r\n');

const common = [
  'Via: %via',
  'Max-Forwards: 70',
  'From: <sip:caller@example.net>;tag=1234',
  'To: <sip:user@example.com>',
  'Call-ID: %id',
];
const without = (...names: string[]) =>
  common.filter((line) => !names.includes(line.slice(0, line.indexOf(':')).toLowerCase()));
const invite = (uri: string, lines: readonly string[] = []) => [
  `INVITE ${uri} SIP/2.0`,
  ...common,
  'CSeq: 8 INVITE',
  'Contact: <sip:caller@127.0.0.1>',
  'Content-Type: application/sdp',
  ...lines,
];
const options = (uri: string, lines: readonly string[] = []) => [
  `OPTIONS ${uri} SIP/2.0`,
  ...common,
  'CSeq: 5 OPTIONS',
  ...lines,
];
const register = (lines: readonly string[]) => [
  'REGISTER sip:example.com SIP/2.0',
  ...common,
  'CSeq: 29 REGISTER',
  ...lines,
];

const tortuous = (tag: string) => [
  'INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0',
  'TO :',
  ` sip:vivekg@chair-dnrc.example.com ${tag}`,
  'from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>',
  '  ;',
  '  tag = 98asjd8',
  'MaX-fOrWaRdS: 0068',
  'Call-ID: %id',
  'cseq: 0009',
  '  INVITE',
  'Via  : %viaspaced',
  's :',
  'NewFangledHeader:   newfangled value',
  ' continued newfangled value',
  'UnknownHeaderWithUnusualValue: ;;,,;;,;',
  'Content-Type: application/sdp',
  'Route:',
  ' <sip:services.example.com;lr;unknownwith=value;unknown-no-value>',
  'v:  SIP  / 2.0  / TCP     spindle.example.com   ;',
  '  branch  =   z9hG4bK9ikj8  ,',
  ' SIP  /    2.0   / UDP  192.168.255.111   ; branch=',
  ' z9hG4bK30239',
  'm:"Quoted string \\"\\"" <sip:jdrosen@127.0.0.1> ; newparam =',
  '      newvalue ;',
  '  secondparam ; q = 0.33',
];

const long = (what: string, length: number) => what.repeat(Math.ceil(length / what.length)).slice(0, length);

export const tortureMessages: readonly TortureMessage[] = [
  {
    section: '3.1.1.1',
    name: 'wsinv: a short tortuous INVITE (its To has a tag of no dialog, RFC 3261 12.2.2)',
    expected: 481,
    lines: tortuous(';   tag    = 1918181833n'),
    body: sdp,
  },
  {
    section: '3.1.1.1',
    name: 'wsinv, its To without a tag',
    expected: 'through',
    facts: { from: 'jdrosen', to: 'vivekg', fromDisplayName: 'J Rosenberg \\"' },
    lines: tortuous(''),
    body: sdp,
  },
  {
    section: '3.1.1.2',
    name: 'intmeth: a wide range of valid characters',
    expected: 405,
    headers: { Allow: /INVITE/ },
    lines: [
      "!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0",
      'Via: %via',
      'To: "BEL:\\\u0007 NUL:\\\u0001 DEL:\\\u007F" <sip:1_unusual.URI~(to-be!sure)&isn\'t+it$/crazy?,/;;*@example.com>',
      "From: token1~` token2'+_ token3*%!.- <sip:mundane@example.com>;fromParam''~+*_!.-%=\"работающий\";tag=_token~1'+`*%!-.",
      'Call-ID: %id',
      "CSeq: 139122385 !interesting-Method0123456789_*+`.%indeed'~",
      'Max-Forwards: 255',
      "extensionHeader-!.%*+_`'~:大停電",
    ],
  },
  {
    section: '3.1.1.2',
    name: 'intmeth: its Request-URI in an OPTIONS',
    expected: 200,
    lines: options(
      "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com",
    ),
  },
  {
    section: '3.1.1.3',
    name: 'esc01: escapes in URIs are read, not treated as separators',
    expected: 'through',
    facts: { from: 'caller', to: 'sips:user@example.com' },
    lines: [
      'INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0',
      'To: sip:%75se%72@example.com',
      ...without('to'),
      'CSeq: 1 INVITE',
      'Contact:',
      '  <sip:cal%6Cer@127.0.0.1;%6C%72;n%61me=v%61lue%25%34%31>',
      'Content-Type: application/sdp',
    ],
    body: sdp,
  },
  {
    section: '3.1.1.4',
    name: 'escnull: escaped NULs in URIs',
    expected: 401,
    lines: [
      'REGISTER sip:example.com SIP/2.0',
      'To: sip:null-%00-null@example.com',
      'From: sip:null-%00-null@example.com;tag=839923423',
      ...without('to', 'from'),
      'CSeq: 14398234 REGISTER',
      'Contact: <sip:%00@host5.example.com>',
      'Contact: <sip:%00%00@host5.example.com>',
    ],
  },
  {
    section: '3.1.1.5',
    name: 'esc02: escapes are none where they do not belong; RE%47IST%45R is no REGISTER',
    expected: 405,
    lines: [
      'RE%47IST%45R sip:registrar.example.com SIP/2.0',
      'To: "%Z%45" <sip:resource@example.com>',
      'From: "%Z%45" <sip:resource@example.com>;tag=f232jadfj23',
      ...without('to', 'from'),
      'CSeq: 29344 RE%47IST%45R',
      'Contact: <sip:alias1@host1.example.com>',
      'C%6Fntact: <sip:alias2@host2.example.com>',
      'Contact: <sip:alias3@host3.example.com>',
    ],
  },
  {
    section: '3.1.1.6',
    name: 'lwsdisp: no blank between display name and <',
    expected: 200,
    lines: [
      'OPTIONS sip:user@example.com SIP/2.0',
      'From: caller<sip:caller@example.com>;tag=323',
      ...without('from'),
      'CSeq: 60 OPTIONS',
    ],
  },
  {
    section: '3.1.1.7',
    name: 'longreq: long values in header fields',
    expected: 'through',
    lines: [
      'INVITE sip:user@example.com SIP/2.0',
      `To: "I have a user name of ${long('extreme', 400)} proportion"<sip:user@example.com:6000;unknownparam1=${long('very', 300)}value;longparam${long('name', 200)}=shortvalue;very${long('long', 150)}Parameter>`,
      `From: sip:${long('amazinglylongcallername', 300)}@example.net;tag=12${long('982', 400)}424;unknownheaderparam${long('name', 150)}=unknowheaderparam${long('value', 300)};unknownValueless${long('param', 150)}name`,
      `Call-ID: %id.${long('really', 400)}longcallid`,
      'CSeq: 3882340 INVITE',
      `Unknown-${long('Long', 200)}-Name: unknown-${long('long', 600)}-value; unknown-${long('long', 300)}-parameter-name = unknown-value`,
      'Via: %via',
      ...Array.from({ length: 32 }, (_, n) => `v: SIP/2.0/TCP sip${34 - n}.example.com`),
      `v: SIP/2.0/TCP host.example.com;received=192.0.2.5;branch=${long('very', 200)}longbranchvalue`,
      'Max-Forwards: 70',
      `Contact: <sip:${long('amazinglylongcallername', 250)}@127.0.0.1>`,
      'Content-Type: application/sdp',
    ],
    body: sdp,
  },
  {
    section: '3.1.1.9',
    name: 'semiuri: semicolons in the user part',
    expected: 200,
    lines: options('sip:user;par=u%40example.net@example.com'),
  },
  {
    section: '3.1.1.10',
    name: 'transports: Vias of every kind',
    expected: 200,
    headers: { Via: /UDP t1\.example\.com/ },
    lines: [
      'OPTIONS sip:user@example.com SIP/2.0',
      ...common,
      'CSeq: 60 OPTIONS',
      'Via: SIP/2.0/UDP t1.example.com;branch=z9hG4bKkdjuw',
      'Via: SIP/2.0/SCTP t2.example.com;branch=z9hG4bKklasjdhf',
      'Via: SIP/2.0/TLS t3.example.com;branch=z9hG4bK2980unddj',
      'Via: SIP/2.0/UNKNOWN t4.example.com;branch=z9hG4bKasd0f3en',
      'Via: SIP/2.0/TCP t5.example.com;branch=z9hG4bK0a9idfnee',
    ],
  },
  {
    section: '3.1.1.11',
    name: 'mpart01: a MESSAGE of several parts, a method we do not have',
    expected: 405,
    lines: [
      'MESSAGE sip:kumiko@example.org SIP/2.0',
      ...common,
      'CSeq: 127753 MESSAGE',
      'Content-Type: multipart/mixed;boundary=7a9cbec02ceef655',
    ],
    body: '--7a9cbec02ceef655\r\nContent-Type: text/plain\r\n\r\nHello\r\n--7a9cbec02ceef655--\r\n',
  },
  {
    section: '3.1.2.1',
    name: 'badinv01: separators with nothing between them in To and Contact',
    expected: 400,
    lines: [
      'INVITE sip:user@example.com SIP/2.0',
      'To: sip:j.user@example.com',
      'From: sip:caller@example.net;tag=134161461246',
      ...without('to', 'from'),
      'CSeq: 8 INVITE',
      'Contact: "Joe" <sip:joe@example.org>;;;;',
      'Via: SIP/2.0/UDP 192.0.2.15;;,;,,',
      'Content-Type: application/sdp',
    ],
    body: sdp,
  },
  {
    section: '3.1.2.2',
    name: 'clerr: Content-Length beyond the datagram; on a stream the rest may yet come',
    expected: 400,
    onStream: 'dropped',
    lines: invite('sip:user@example.com'),
    body: sdp,
    length: '9999',
  },
  {
    section: '3.1.2.3',
    name: 'ncl: a negative Content-Length',
    expected: 400,
    onStream: 'closed',
    lines: invite('sip:user@example.com'),
    body: sdp,
    length: '-999',
  },
  {
    section: '3.1.2.4',
    name: 'scalar02: numbers beyond their range',
    expected: 400,
    lines: [
      'REGISTER sip:example.com SIP/2.0',
      ...without('max-forwards'),
      'CSeq: 36893488147419103232 REGISTER',
      'Max-Forwards: 300',
      'Expires: 10000000000000000000000000000000000000000',
      'Contact: <sip:user@host129.example.com>;expires=280297596632815',
    ],
  },
  {
    section: '3.1.2.5',
    name: 'scalarlg: a response with numbers beyond their range',
    expected: 'dropped',
    lines: [
      'SIP/2.0 503 Service Unavailable',
      ...without('max-forwards'),
      'CSeq: 9292394834772304023312 OPTIONS',
      'Warning: 1812 overture "In Progress"',
      `Retry-After: 1${'0'.repeat(60)}`,
    ],
  },
  {
    section: '3.1.2.6',
    name: 'quotbal: a quote that is not closed',
    expected: 400,
    lines: [
      'INVITE sip:user@example.com SIP/2.0',
      'To: "Mr. J. User <sip:j.user@example.com>',
      ...without('to'),
      'CSeq: 8 INVITE',
      'Contact: <sip:caller@127.0.0.1>',
      'Content-Type: application/sdp',
    ],
    body: sdp,
  },
  {
    section: '3.1.2.7',
    name: 'ltgtruri: <> around the Request-URI',
    expected: 400,
    lines: invite('<sip:user@example.com>'),
    body: sdp,
  },
  {
    section: '3.1.2.8',
    name: 'lwsruri: a blank in the Request-URI',
    expected: 400,
    lines: invite('sip:user@example.com; lr'),
    body: sdp,
  },
  {
    section: '3.1.2.9',
    name: 'lwsstart: several blanks in the request line',
    expected: 400,
    lines: ['INVITE  sip:user@example.com  SIP/2.0', ...invite('x').slice(1)],
    body: sdp,
  },
  {
    section: '3.1.2.10',
    name: 'trws: blanks at the end of the request line',
    expected: 400,
    lines: ['OPTIONS sip:remote-target@example.com SIP/2.0  ', ...options('x').slice(1)],
  },
  {
    section: '3.1.2.11',
    name: 'escruri: headers in the Request-URI, which are ignored',
    expected: 'through',
    facts: { to: 'user' },
    lines: invite('sip:user@example.com?Route=%3Csip:example.com%3E'),
    body: sdp,
  },
  {
    section: '3.1.2.12',
    name: 'baddate: a Date of another time zone, which nobody needs',
    expected: 'through',
    lines: invite('sip:user@example.com', ['Date: Fri, 01 Jan 2010 16:00:00 EST']),
    body: sdp,
  },
  {
    section: '3.1.2.14',
    name: 'badaspec: blanks within <>, read all the same',
    expected: 200,
    lines: [
      'OPTIONS sip:user@example.org SIP/2.0',
      'From: "Bell, Alexander" <sip:a.g.bell@example.com>;tag=433423',
      'To: "Watson, Thomas" < sip:t.watson@example.org >',
      ...without('from', 'to'),
      'CSeq: 2 OPTIONS',
    ],
  },
  {
    section: '3.1.2.15',
    name: 'baddn: a display name that wants quotes, read all the same',
    expected: 200,
    lines: [
      'OPTIONS sip:t.watson@example.org SIP/2.0',
      'From:      Bell, Alexander <sip:a.g.bell@example.com>;tag=43',
      'To:        Watson, Thomas <sip:t.watson@example.org>',
      ...without('from', 'to'),
      'CSeq: 31 OPTIONS',
    ],
  },
  {
    section: '3.1.2.16',
    name: 'badvers: SIP/7.0',
    expected: 505,
    lines: ['OPTIONS sip:t.watson@example.org SIP/7.0', ...options('x').slice(1)],
  },
  {
    section: '3.1.2.17',
    name: 'mismatch01: the CSeq names another method',
    expected: 400,
    lines: ['OPTIONS sip:user@example.com SIP/2.0', ...common, 'CSeq: 8 INVITE'],
  },
  {
    section: '3.1.2.18',
    name: 'mismatch02: an unknown method and another in the CSeq',
    expected: 400,
    lines: ['NEWMETHOD sip:user@example.com SIP/2.0', ...common, 'CSeq: 8 INVITE'],
  },
  {
    section: '3.1.2.19',
    name: 'bigcode: a response of status 4294967301',
    expected: 'dropped',
    lines: ['SIP/2.0 4294967301 better not break the receiver', ...without('max-forwards'), 'CSeq: 35 INVITE'],
  },
  {
    section: '3.2.1',
    name: 'badbranch: z9hG4bK and nothing after it',
    expected: 200,
    lines: [
      'OPTIONS sip:user@example.com SIP/2.0',
      'Via: %viabare;branch=z9hG4bK',
      ...without('via'),
      'CSeq: 8 OPTIONS',
    ],
  },
  {
    section: '3.3.1',
    name: 'insuf: To, From and Call-ID are missing',
    expected: 400,
    lines: ['INVITE sip:user@example.com SIP/2.0', 'Via: %via', 'CSeq: 193942 INVITE', 'Content-Type: application/sdp'],
    body: sdp,
  },
  {
    section: '3.3.2',
    name: 'unkscm: a scheme that nobody knows',
    expected: 416,
    lines: options('nobodyKnowsThisScheme:totallyopaquecontent'),
  },
  {
    section: '3.3.3',
    name: 'novelsc: a registered scheme that is not ours',
    expected: 416,
    lines: options('soap.beep://192.0.2.103:3002'),
  },
  {
    section: '3.3.4',
    name: 'unksm2: other schemes in To, From and Contact',
    expected: 401,
    lines: [
      'REGISTER sip:example.com SIP/2.0',
      'To: isbn:2983792873',
      'From: <http://www.example.com>;tag=3234233',
      ...without('to', 'from'),
      'CSeq: 234902 REGISTER',
      'Contact: <name:John_Smith>',
    ],
  },
  {
    section: '3.3.5',
    name: 'bext01: extensions that nobody has; Proxy-Require is not for us',
    expected: 420,
    headers: { Unsupported: 'nothingSupportsThis, nothingSupportsThisEither' },
    lines: options('sip:user@example.com', [
      'Require: nothingSupportsThis, nothingSupportsThisEither',
      'Proxy-Require: noProxiesSupportThis, norDoAnyProxiesSupportThis',
    ]),
  },
  {
    section: '3.3.6',
    name: 'invut: a body of unknown type',
    expected: 415,
    headers: { Accept: 'application/sdp' },
    lines: [...invite('sip:user@example.com').slice(0, -1), 'Content-Type: application/unknownformat'],
    body: '<audio>\r\n <pcmu port="443"/>\r\n</audio>\r\n',
  },
  {
    section: '3.3.7',
    name: 'regaut01: credentials of an unknown scheme',
    expected: 401,
    lines: register(['Authorization: NoOneKnowsThisScheme opaque-data=here', 'Contact: <sip:j.user@host.example.com>']),
  },
  {
    section: '3.3.8',
    name: 'multi01: two values where one may stand',
    expected: 400,
    lines: [
      'INVITE sip:user@company.com SIP/2.0',
      'Contact: <sip:caller@127.0.0.1>',
      'Via: %via',
      'Max-Forwards: 70',
      'CSeq: 5 INVITE',
      'Call-ID: %id',
      'CSeq: 59 INVITE',
      'Call-ID: 98asdh@192.0.2.2',
      'From: sip:caller@example.com;tag=3413415',
      'To: sip:user@example.com',
      'To: sip:other@example.net',
      'From: sip:caller@example.net;tag=2923420123',
      'Content-Type: application/sdp',
      'Contact: <sip:caller@host36.example.net>',
      'Max-Forwards: 5',
    ],
    body: sdp,
  },
  {
    section: '3.3.9',
    name: 'mcl01: two Content-Lengths that differ',
    expected: 400,
    onStream: 'closed',
    lines: options('sip:user@example.com', ['Content-Length: 13', 'Content-Type: text/plain', 'Content-Length: 5']),
    body: 'There is no way to know how many octets are here.',
    length: '',
  },
  {
    section: '3.3.10',
    name: 'bcast: a 200 whose second Via is the broadcast address',
    expected: 'dropped',
    lines: [
      'SIP/2.0 200 OK',
      'Via: %via',
      'Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23',
      ...without('via', 'max-forwards'),
      'CSeq: 24 INVITE',
      'Contact: <sip:user@host28.example.com>',
    ],
  },
  {
    section: '3.3.11',
    name: 'zeromf: Max-Forwards 0 at the place it was meant for',
    expected: 200,
    lines: [
      'OPTIONS sip:user@example.com SIP/2.0',
      ...without('max-forwards'),
      'CSeq: 39234321 OPTIONS',
      'Max-Forwards: 0',
    ],
  },
  {
    section: '3.3.15',
    name: 'sdp01: a caller that accepts no SDP as an answer',
    expected: 406,
    lines: invite('sip:user@example.com', ['Accept: text/nobodyKnowsThis']),
    body: sdp,
  },
  {
    section: '3.4.1',
    name: 'inv2543: an INVITE of RFC 2543: no branch, no tag, no Max-Forwards',
    expected: 'through',
    facts: { from: '+13035551111', to: 'UserB' },
    lines: [
      'INVITE sip:UserB@example.com SIP/2.0',
      'Via: %viabare',
      'From: <sip:+13035551111@ift.client.example.net;user=phone>',
      'Record-Route: <sip:UserB@example.com;maddr=ss1.example.com>',
      'To: sip:+16505552222@ss1.example.net;user=phone',
      'Call-ID: %id',
      'CSeq: 56 INVITE',
      'Contact: <sip:caller@127.0.0.1>',
      'Content-Type: application/sdp',
    ],
    body: sdp,
  },
];
