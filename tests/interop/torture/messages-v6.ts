import type { TortureMessage } from './torture-message.js';

/**
 * The messages of RFC 5118 ("SIP torture test messages for IPv6"), checked line by line against its archive. Ours are only the topmost Via (`%via`, so that the answer can be read), the Call-ID (`%id`:
 * the RFC gives most of them the same) and Content-Length, which is counted. They concern what is written in messages, so they go over any IP version.
 */
const caller = 'Contact: "Caller" <sip:caller@[2001:db8::1]>';
const from = 'From: sip:user@example.com;tag=81x2';
const register = (uri: string, ...last: string[]) => [
  `REGISTER ${uri} SIP/2.0`,
  'To: sip:user@example.com',
  from,
  'Via: %via',
  'Call-ID: %id',
  ...last,
  'CSeq: 98176 REGISTER',
];
const bye = (via: string) => [
  'BYE sip:[2001:db8::10] SIP/2.0',
  'To: sip:user@example.com;tag=bd76ya',
  from,
  via,
  'Call-ID: %id',
  'Max-Forwards: 70',
  'CSeq: 321 BYE',
];
const options = (uri: string) => [
  `OPTIONS ${uri} SIP/2.0`,
  `To: ${uri}`,
  'From: sip:user@example.com;tag=810x2',
  'Via: %via',
  'Call-ID: %id',
  'CSeq: 689 OPTIONS',
  'Max-Forwards: 70',
];
const g726 = 'a=rtpmap:2 G726-32/8000';
const h263 = 'a=rtpmap:107 H263-1998/90000';

function sdp(...lines: string[]): string {
  return ['v=0', ...lines, ''].join('\r\n');
}

export const tortureMessagesV6: readonly TortureMessage[] = [
  {
    section: '4.1',
    name: 'ipv6-good: IPv6 references in brackets',
    expected: 401,
    lines: register('sip:[2001:db8::10]', 'Max-Forwards: 70', caller),
  },
  {
    section: '4.2',
    name: 'ipv6-bad: an IPv6 address without brackets in the Request-URI',
    expected: 400,
    lines: register('sip:2001:db8::10', 'Max-Forwards: 70', caller),
  },
  {
    section: '4.3',
    name: 'port-ambiguous: what looks like a port is the end of the address',
    expected: 401,
    headers: { 'WWW-Authenticate': /realm="2001:db8::10:5070"/ },
    lines: register('sip:[2001:db8::10:5070]', caller, 'Max-Forwards: 70'),
  },
  {
    section: '4.4',
    name: 'port-unambiguous: a port after the brackets',
    expected: 401,
    headers: { 'WWW-Authenticate': /realm="2001:db8::10"/ },
    lines: register('sip:[2001:db8::10]:5070', caller, 'Max-Forwards: 70'),
  },
  {
    section: '4.5',
    name: 'via-received-param-with-delim: received in brackets (the BYE is of no dialog)',
    expected: 481,
    lines: bye('Via: %viabare;received=[2001:db8::9:255];branch=z9hG4bKas3-111'),
  },
  {
    section: '4.5',
    name: 'via-received-param-no-delim: received without brackets (the BYE is of no dialog)',
    expected: 481,
    lines: bye('Via: %viabare;received=2001:db8::9:255;branch=z9hG4bKas3-112'),
  },
  {
    section: '4.6',
    name: 'ipv6-in-sdp: IPv6 in the description',
    expected: 'through',
    facts: { to: 'user' },
    lines: [
      'INVITE sip:user@[2001:db8::10] SIP/2.0',
      'To: sip:user@[2001:db8::10]',
      from,
      'Via: %via',
      'Call-ID: %id',
      'Contact: "Caller" <sip:caller@[2001:db8::20]>',
      'CSeq: 8612 INVITE',
      'Max-Forwards: 70',
      'Content-Type: application/sdp',
    ],
    body: sdp(
      'o=assistant 971731711378798081 0 IN IP6 2001:db8::20',
      "s=Live video feed for today's meeting",
      'c=IN IP6 2001:db8::20',
      't=3338481189 3370017201',
      'm=audio 6000 RTP/AVP 2',
      g726,
      'm=video 6024 RTP/AVP 107',
      h263,
    ),
  },
  {
    section: '4.7',
    name: 'mult-ip-in-header: IPv6 and IPv4 in the Vias (the BYE is of no dialog)',
    expected: 481,
    lines: [
      'BYE sip:user@host.example.net SIP/2.0',
      'Via: %via',
      'Via: SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bKas3-111',
      'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjhja8781hjuaij65144',
      'Via: SIP/2.0/TCP [2001:db8::9:255];branch=z9hG4bK451jj;received=192.0.2.200',
      'Call-ID: %id',
      'Max-Forwards: 70',
      'CSeq: 89187 BYE',
      'To: sip:user@example.net;tag=9817--94',
      from,
    ],
  },
  {
    section: '4.8',
    name: 'mult-ip-in-sdp: a stream over IPv4, another over IPv6',
    expected: 'through',
    lines: [
      'INVITE sip:user@[2001:db8::10] SIP/2.0',
      'To: sip:user@[2001:db8::10]',
      from,
      'Via: %via',
      'Call-ID: %id',
      'Contact: "Caller" <sip:caller@[2001:db8::9:1]>',
      'Max-Forwards: 70',
      'CSeq: 8912 INVITE',
      'Content-Type: application/sdp',
    ],
    body: sdp(
      'o=bob 280744730 28977631 IN IP4 host.example.com',
      's=',
      't=0 0',
      'm=audio 22334 RTP/AVP 0',
      'c=IN IP4 192.0.2.1',
      'm=video 6024 RTP/AVP 107',
      'c=IN IP6 2001:db8::1',
      h263,
    ),
  },
  {
    section: '4.9',
    name: 'ipv4-mapped-ipv6: IPv4 mapped into IPv6 in Via, Contact and description',
    expected: 'through',
    lines: [
      'INVITE sip:user@example.com SIP/2.0',
      'To: sip:user@example.com',
      'From: sip:user@east.example.com;tag=81x2',
      'Via: %via',
      'Via: SIP/2.0/UDP [::ffff:192.0.2.10]:19823;branch=z9hG4bKbh19',
      'Via: SIP/2.0/UDP [::ffff:192.0.2.2];branch=z9hG4bKas3-111',
      'Call-ID: %id',
      'Contact: "T. desk phone" <sip:ted@[::ffff:192.0.2.2]>',
      'CSeq: 612 INVITE',
      'Max-Forwards: 70',
      'Content-Type: application/sdp',
    ],
    body: sdp(
      'o=assistant 971731711378798081 0 IN IP6 ::ffff:192.0.2.2',
      's=Call me soon, please!',
      'c=IN IP6 ::ffff:192.0.2.2',
      't=3338481189 3370017201',
      'm=audio 6000 RTP/AVP 2',
      g726,
      'm=video 6024 RTP/AVP 107',
      h263,
    ),
  },
  {
    section: '4.10',
    name: 'ipv6-bug-abnf-3-colons: a colon too many, as the grammar of RFC 3261 has it; it must be borne',
    expected: 200,
    lines: options('sip:user@[2001:db8:::192.0.2.1]'),
  },
  {
    section: '4.10',
    name: 'ipv6-correct-abnf-2-colons',
    expected: 200,
    lines: options('sip:user@[2001:db8::192.0.2.1]'),
  },
];
