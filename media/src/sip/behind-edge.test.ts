import { describe, expect, it } from 'vitest';
import { behindEdge } from './behind-edge.js';
import type { Flow } from './flow.js';
import type { SipRequest } from './parse/message.js';
import { parseMessage } from './parse/parse-message.js';
import { defaultSipLimits } from './sip-settings.js';

const flow: Flow = {
  transport: 'udp',
  localAddress: '10.0.0.9',
  localPort: 5060,
  remoteAddress: '10.0.0.5',
  remotePort: 5062,
};

function request(...vias: string[]): SipRequest {
  const lines = [
    'OPTIONS sip:a@example.com SIP/2.0',
    ...vias.map((via) => `Via: ${via}`),
    'From: <sip:b@example.com>;tag=1',
    'To: <sip:a@example.com>',
    'Call-ID: 1',
    'CSeq: 1 OPTIONS',
    'Max-Forwards: 70',
    '',
    '',
  ];
  return parseMessage(Buffer.from(lines.join('\r\n')), defaultSipLimits).message as SipRequest;
}

const edge = 'SIP/2.0/UDP 10.0.0.5:5062;branch=z9hG4bKedge';

describe('who sent a request that a proxy of ours handed on', () => {
  it.each([
    [
      'a phone behind NAT',
      'SIP/2.0/UDP 192.168.1.7:5060;received=203.0.113.7;rport=41022',
      'udp',
      '203.0.113.7',
      41022,
    ],
    ['a carrier', 'SIP/2.0/TCP 198.51.100.9:5060;rport=33001', 'tcp', '198.51.100.9', 33001],
    ['one that asks for no rport', 'SIP/2.0/UDP 198.51.100.9;branch=z9hG4bK1', 'udp', '198.51.100.9', 5060],
    ['TLS without a port', 'SIP/2.0/TLS 198.51.100.9;branch=z9hG4bK1', 'tls', '198.51.100.9', 5061],
    ['IPv6', 'SIP/2.0/UDP [2001:db8::7]:5060;received=2001:db8::8;rport=5070', 'udp', '2001:db8::8', 5070],
    ['IPv6 in brackets', 'SIP/2.0/UDP a.invalid;received=[2001:db8::8];rport=5070', 'udp', '2001:db8::8', 5070],
  ])('%s (RFC 3261 18.2.1, RFC 3581 4)', (_who, via, transport, address, port) => {
    expect(behindEdge(request(edge, via), flow)).toEqual({ ...flow, sender: { transport, address, port } });
  });

  it('is the proxy itself where nobody is below it', () => {
    expect(behindEdge(request(edge), flow)).toBe(flow);
  });

  it.each([
    ['a name that the proxy left as it was', 'SIP/2.0/UDP phone.example.com;branch=z9hG4bK1'],
    ['a broken Via', 'nonsense'],
    ['received twice', 'SIP/2.0/UDP 10.1.1.1;received=9.9.9.9;rport=1;received=203.0.113.7'],
    ['received in a quoted string besides', 'SIP/2.0/UDP 10.1.1.1;received=203.0.113.7;x=";received=9.9.9.9"'],
    ['rport twice', 'SIP/2.0/UDP 10.1.1.1;rport=1;received=203.0.113.7;RPORT=2'],
    ['an address that is none', 'SIP/2.0/UDP 10.1.1.1;received=1.2.3;rport=1'],
    ['a transport that nobody knows', 'SIP/2.0/SCTP 203.0.113.7;rport=1'],
  ])('cannot be told: %s', (_what, via) => {
    expect(behindEdge(request(edge, via), flow)).toBeUndefined();
  });
});
