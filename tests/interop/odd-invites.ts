import type { Wire } from './engine-on-loopback.js';
import type { HandCall } from './hand-call.js';

/** An INVITE as some carrier writes it. */
export interface OddInvite {
  readonly name: string;
  /** Default `udp`. */
  readonly wire?: Wire;
  readonly invite: (call: HandCall) => string;
  /** What the call is known by. */
  readonly facts?: object;
}

/** A description of PCMU with keys, and lines of its own. */
export function audio(call: HandCall, more: readonly string[] = []): string {
  return call.sdpOf([`m=audio ${call.media.port} RTP/AVP 0 101`, 'a=rtpmap:101 telephone-event/8000', ...more]);
}

export const oddInvites: readonly OddInvite[] = [
  {
    name: 'compact names in any case (RFC 3261 7.3.3)',
    invite: (call) => {
      const p = call.parts();
      return [
        'INVITE sip:+14155550100@127.0.0.1 SIP/2.0',
        `v:${p.via}`,
        'max-forwards:70',
        `F: <sip:+14155550199@carrier.example>;tag=${p.tag}`,
        't:<sip:+14155550100@example.com>',
        `I:${p.callId}`,
        'CSEQ:1 INVITE',
        `M:${call.contact}`,
        'k:timer',
        'c:application/SDP;charset=utf-8',
        `L:${p.length}`,
        '',
        p.sdp,
      ].join('\r\n');
    },
  },
  {
    name: 'folded lines (7.3.1)',
    invite: (call) => {
      const p = call.parts();
      return [
        'INVITE sip:+14155550100@127.0.0.1 SIP/2.0',
        `Via: ${p.via.replace(';', '\r\n\t;')}`,
        'Max-Forwards:\r\n 70',
        `From: "A\r\n B"\r\n  <sip:+14155550199@carrier.example>\r\n ;tag=${p.tag}`,
        'To:\r\n <sip:+14155550100@example.com>',
        `Call-ID: ${p.callId}`,
        'CSeq: 1\r\n INVITE',
        `Contact:\r\n\t${call.contact}`,
        'Content-Type:\r\n application/sdp',
        `Content-Length:\r\n ${p.length}`,
        '',
        p.sdp,
      ].join('\r\n');
    },
  },
  {
    name: 'the same over TCP, Content-Length folded too',
    wire: 'tcp',
    invite: (call) =>
      call.usual().replace('Content-Length: ', 'Content-Length:\r\n  ').replace('CSeq: 1 ', 'CSeq: 1\r\n '),
  },
  {
    name: 'several Vias in one line (7.3.1)',
    invite: (call) =>
      call.usual({
        lines: [
          `Via: ${call.parts().via}, SIP/2.0/TCP edge.example.net:5070;branch=z9hG4bKx;received=10.0.0.1,SIP/2.0/UDP [2001:db8::9];branch=z9hG4bKy`,
        ],
      }),
  },
  {
    name: 'no Content-Length over UDP (18.3)',
    invite: (call) => call.usual().replace(/Content-Length: \d+\r\n/, ''),
  },
  {
    name: 'garbage after the body over UDP (18.3)',
    invite: (call) => `${call.usual()}\0\0garbage\r\n\r\n`,
  },
  {
    name: '"Smith, John" as display name (20.10)',
    invite: (call) =>
      call.usual({ lines: [`From: "Smith, John \\"JJ\\"" <sip:+14155550199@carrier.example>;tag=${call.tag}`] }),
    facts: { from: '+14155550199', fromDisplayName: 'Smith, John "JJ"' },
  },
  {
    name: 'a display name in UTF-8 without quotes',
    invite: (call) => call.usual({ lines: [`From: 电话 中心 <sip:+8613800000000@carrier.example>;tag=${call.tag}`] }),
    facts: { from: '+8613800000000', fromDisplayName: '电话 中心' },
  },
  {
    name: 'tel: URIs with visual separators (RFC 3966 3)',
    invite: (call) =>
      call.usual({
        uri: 'tel:+1-(415)-555.0100;phone-context=example.com',
        lines: [`From: <tel:+1-415-555-0199;cpc=ordinary>;tag=${call.tag}`, 'To: <tel:+1-(415)-555.0100>'],
      }),
    facts: { from: '+14155550199', to: '+14155550100' },
  },
  {
    name: 'user=phone and parameters in the user part (RFC 3261 19.1.6)',
    invite: (call) =>
      call.usual({
        uri: 'sip:+1-415-555-0100;npdi;rn=+14155550000@127.0.0.1;user=phone',
        lines: [`From: <sip:+1-415-555-0199;cpc=ordinary@carrier.example;user=phone>;tag=${call.tag}`],
      }),
    facts: { from: '+14155550199', to: '+14155550100' },
  },
  {
    name: 'numbers without a plus',
    invite: (call) => call.usual({ uri: 'sip:14155550100@127.0.0.1' }),
    facts: { to: '14155550100' },
  },
  {
    name: 'Diversion and P-Asserted-Identity (RFC 5806, 3325)',
    invite: (call) =>
      call.usual({
        lines: [
          'P-Asserted-Identity: "Acme, Inc." <sip:+14155550111@carrier.example>, <tel:+14155550111>',
          'Diversion: <sip:+14155550122@carrier.example>;reason=unconditional;counter=1',
        ],
      }),
    facts: {
      from: '+14155550111',
      fromDisplayName: 'Acme, Inc.',
      diversions: [{ user: '+14155550122', reason: 'unconditional', times: 1 }],
    },
  },
  {
    name: 'History-Info over two lines, a tel identity and a name in UTF-8 (RFC 7044, 3325)',
    invite: (call) =>
      call.usual({
        lines: [
          'P-Asserted-Identity: "Jürgen \\"J\\" 李" <sip:juergen@carrier.example>',
          'P-Asserted-Identity: <tel:+1-415-555-0111>',
          'History-Info: <sip:+14155550122@carrier.example>;index=1',
          'History-Info: <sip:+14155550133@carrier.example;cause=486>;index=1.1;mp=1, <sip:+14155550100@127.0.0.1;cause=408>;index=1.1.1;mp=1.1',
        ],
      }),
    facts: {
      from: '+14155550111',
      fromDisplayName: 'Jürgen "J" 李',
      diversions: [
        { user: '+14155550133', reason: 'no-answer', times: 1 },
        { user: '+14155550122', reason: 'user-busy', times: 1 },
      ],
    },
  },
  {
    name: 'an identity that cannot be read, and a Diversion that cannot',
    invite: (call) =>
      call.usual({
        lines: [
          `From: <sip:+14155550199@carrier.example>;tag=${call.tag}`,
          'P-Asserted-Identity: <mailto:a@b>, <<>',
          'Diversion: ;;;, <sip:>',
        ],
      }),
    facts: { from: '+14155550199' },
  },
  {
    name: 'an anonymous caller with an asserted identity (RFC 3323)',
    invite: (call) =>
      call.usual({
        lines: [
          `From: "Anonymous" <sip:anonymous@anonymous.invalid>;tag=${call.tag}`,
          'P-Asserted-Identity: <sip:+14155550111@carrier.example>',
          'Privacy: id; header',
        ],
      }),
    facts: { from: 'anonymous', hidden: true, withheld: { user: '+14155550111' } },
  },
  {
    name: 'a From that is anonymous by itself, without Privacy (RFC 3323 4.1.1.3)',
    invite: (call) =>
      call.usual({
        lines: [
          `From: "Anonymous" <sip:anonymous@anonymous.invalid>;tag=${call.tag}`,
          'P-Asserted-Identity: "Anna" <sip:+14155550111@carrier.example>',
        ],
      }),
    facts: { from: 'anonymous', hidden: true, withheld: { user: '+14155550111', displayName: 'Anna' } },
  },
  {
    name: 'a caller who wants no privacy, beside words that nobody knows (RFC 3323 4.2)',
    invite: (call) =>
      call.usual({ lines: ['Privacy: none;id', 'P-Asserted-Identity: <sip:+14155550111@carrier.example>'] }),
    facts: { from: '+14155550111' },
  },
  {
    name: 'headers in an odd order, Via last',
    invite: (call) => {
      const [first, ...lines] = call.usual().split('\r\n\r\n')[0]!.split('\r\n');
      return `${[first, ...lines.reverse()].join('\r\n')}\r\n\r\n${call.sdp}`;
    },
  },
  {
    name: 'long headers and many that nobody knows',
    invite: (call) =>
      call.usual({
        lines: [
          `X-Long: ${'l'.repeat(6000)}`,
          ...Array.from({ length: 100 }, (_, n) => `X-Unknown-${n}: ;;,"${n}`),
          `Identity: ${'e'.repeat(1200)};info=<https://cert.example/a>;alg=ES256;ppt=shaken`,
        ],
      }),
  },
  {
    name: 'bare LF line ends',
    invite: (call) => {
      const [head = '', ...body] = call.usual().split('\r\n\r\n');
      return `${head.replaceAll('\r\n', '\n')}\n\n${body.join('\r\n\r\n')}`;
    },
  },
  {
    name: 'SDP with many codecs, unknown media and video',
    invite: (call) =>
      call.usual({
        sdp: call.sdpOf([
          'm=video 5000 RTP/AVP 96 97',
          'a=rtpmap:96 H264/90000',
          `m=audio ${call.media.port} RTP/AVP 116 107 9 18 111 3 8 0 13 100 101`,
          'a=rtpmap:116 AMR-WB/16000/1',
          'a=rtpmap:107 opus/48000/2',
          'a=fmtp:107 useinbandfec=1; stereo=0',
          'a=rtpmap:18 G729/8000',
          'a=fmtp:18 annexb=no',
          'a=rtpmap:111 iLBC/8000',
          'a=rtpmap:100 telephone-event/16000',
          'a=rtpmap:101 telephone-event/8000',
          'a=fmtp:101 0-16',
          'm=application 7000 UDP/BFCP *',
          'm=x-unknown 9 FOO/BAR/BAZ stuff more',
        ]),
      }),
  },
  {
    name: 'c= at media level only, after a useless one at session level',
    invite: (call) =>
      call.usual({
        sdp: call.sdpOf(
          [`m=audio ${call.media.port} RTP/AVP 0`, call.connection, 'b=AS:80'],
          ['c=IN IP4 198.51.100.7', 'b=CT:1000'],
        ),
      }),
  },
  {
    name: 'SDP with bare LF, blank attributes and no rtpmap for static types',
    invite: (call) =>
      call.usual({
        sdp: call
          .sdpOf([`m=audio ${call.media.port} RTP/AVP 0`, 'a=', 'a=silenceSupp:off - - - -'])
          .replaceAll('\r\n', '\n'),
      }),
  },
  {
    name: 'no telephone-event',
    invite: (call) => call.usual({ sdp: call.sdpOf([`m=audio ${call.media.port} RTP/AVP 0`]) }),
  },
  {
    name: 'rtcp-mux and a=rtcp (RFC 5761, 3605)',
    invite: (call) => call.usual({ sdp: audio(call, ['a=rtcp:9 IN IP4 127.0.0.1', 'a=rtcp-mux']) }),
  },
  {
    name: 'a private address in SDP behind NAT: sound goes where theirs comes from',
    invite: (call) =>
      call.usual({ sdp: call.sdpOf([`m=audio ${call.media.port + 1} RTP/AVP 0`], ['c=IN IP4 10.255.255.1']) }),
  },
  {
    name: 'Content-Disposition: session (20.11)',
    invite: (call) => call.usual({ lines: ['Content-Disposition: session;handling=required'] }),
  },
];
