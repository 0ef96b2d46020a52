// Lines that many messages of RFC 4475 have, with names and addresses of ours.

export const sdp = [
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

export const common = [
  'Via: %via',
  'Max-Forwards: 70',
  'From: <sip:caller@example.net>;tag=1234',
  'To: <sip:user@example.com>',
  'Call-ID: %id',
];
export const without = (...names: string[]) =>
  common.filter((line) => !names.includes(line.slice(0, line.indexOf(':')).toLowerCase()));
export const invite = (uri: string, lines: readonly string[] = []) => [
  `INVITE ${uri} SIP/2.0`,
  ...common,
  'CSeq: 8 INVITE',
  'Contact: <sip:caller@127.0.0.1>',
  'Content-Type: application/sdp',
  ...lines,
];
export const options = (uri: string, lines: readonly string[] = []) => [
  `OPTIONS ${uri} SIP/2.0`,
  ...common,
  'CSeq: 5 OPTIONS',
  ...lines,
];
export const register = (lines: readonly string[]) => [
  'REGISTER sip:example.com SIP/2.0',
  ...common,
  'CSeq: 29 REGISTER',
  ...lines,
];
