import type { TortureMessage } from './torture-messages.js';

/**
 * Messages after the descriptions of RFC 5118 ("SIP torture test messages for IPv6"), written anew with our own names; `%via` is ours, so that the answer
 * can be read. They concern what is written in messages, so they go over any IP version.
 */
const common = (uri: string, method: string, more: readonly string[]) => [
  `${method} ${uri} SIP/2.0`,
  'To: <sip:user@example.com>',
  'From: <sip:user@example.com>;tag=81x2',
  'Call-ID: %id',
  `CSeq: 98176 ${method}`,
  'Max-Forwards: 70',
  ...more,
];
const register = (uri: string) =>
  common(uri, 'REGISTER', ['Via: %via', 'Contact: "Caller" <sip:caller@[2001:db8::1]>']);
const bye = (...vias: string[]) =>
  common('sip:[2001:db8::10]', 'BYE', vias).map((line) => (line.startsWith('To:') ? `${line};tag=bd76ya` : line));
const invite = (contact: string, ...vias: string[]) =>
  common('sip:user@[2001:db8::10]', 'INVITE', [
    'Via: %via',
    ...vias,
    `Contact: "Caller" <sip:caller@${contact}>`,
    'Content-Type: application/sdp',
  ]);
const options = (uri: string) => common(uri, 'OPTIONS', ['Via: %via']);

function sdp(...media: string[]): string {
  return ['v=0', 'o=assistant 971731711378798081 0 IN IP6 2001:db8::20', 's=-', ...media, ''].join('\r\n');
}

export const tortureMessagesV6: readonly TortureMessage[] = [
  {
    section: '4.1',
    name: 'ipv6-good: IPv6 references in brackets',
    expected: 401,
    lines: register('sip:[2001:db8::10]'),
  },
  {
    section: '4.2',
    name: 'ipv6-bad: an IPv6 address without brackets in the Request-URI',
    expected: 400,
    lines: register('sip:2001:db8::10'),
  },
  {
    section: '4.3',
    name: 'port-ambiguous: what looks like a port is the end of the address',
    expected: 401,
    headers: { 'WWW-Authenticate': /realm="2001:db8::10:5070"/ },
    lines: register('sip:[2001:db8::10:5070]'),
  },
  {
    section: '4.4',
    name: 'port-unambiguous: a port after the brackets',
    expected: 401,
    headers: { 'WWW-Authenticate': /realm="2001:db8::10"/ },
    lines: register('sip:[2001:db8::10]:5070'),
  },
  {
    section: '4.5',
    name: 'via-received-param-with-delim: received in brackets (the BYE is of no dialog)',
    expected: 481,
    lines: bye('Via: %via;received=[2001:db8::9:255]'),
  },
  {
    section: '4.5',
    name: 'via-received-param-no-delim: received without brackets (the BYE is of no dialog)',
    expected: 481,
    lines: bye('Via: %via;received=2001:db8::9:255'),
  },
  {
    section: '4.6',
    name: 'ipv6-in-sdp: IPv6 in the description',
    expected: 'through',
    facts: { to: 'user' },
    lines: invite('[2001:db8::20]'),
    body: sdp('c=IN IP6 2001:db8::20', 't=0 0', 'm=audio 6000 RTP/AVP 0', 'm=video 6024 RTP/AVP 107'),
  },
  {
    section: '4.7',
    name: 'mult-ip-in-header: IPv6 and IPv4 in the Vias (the BYE is of no dialog)',
    expected: 481,
    lines: bye(
      'Via: %via',
      'Via: SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bKas3-111',
      'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjhja8781hjuaij65144',
      'Via: SIP/2.0/TCP [2001:db8::9:255];branch=z9hG4bK451jj;received=192.0.2.200',
    ),
  },
  {
    section: '4.8',
    name: 'mult-ip-in-sdp: a stream over IPv6, another over IPv4',
    expected: 'through',
    lines: invite('[2001:db8::20]'),
    body: sdp(
      't=0 0',
      'm=audio 22334 RTP/AVP 0',
      'c=IN IP6 2001:db8::dead:beef',
      'm=video 6024 RTP/AVP 107',
      'c=IN IP4 192.0.2.1',
    ),
  },
  {
    section: '4.9',
    name: 'ipv4-mapped-ipv6: IPv4 mapped into IPv6 in Via, Contact and description',
    expected: 'through',
    lines: invite('[::ffff:192.0.2.2]', 'Via: SIP/2.0/UDP [::ffff:192.0.2.10]:19823;branch=z9hG4bKbh19'),
    body: sdp('c=IN IP6 ::ffff:192.0.2.2', 't=0 0', 'm=audio 6000 RTP/AVP 0'),
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
