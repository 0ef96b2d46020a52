import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { describe, expect, it } from 'vitest';
import type { SipNetwork, SipReceiver } from '../../../net/sip-network.js';
import type { SipMessage, SipRequest } from '../../../sip/parse/message.js';
import { parseMessage } from '../../../sip/parse/parse-message.js';
import { defaultSipLimits } from '../../../sip/sip-settings.js';
import type { Admission } from './admissions.js';
import type { HeldRequest } from './own-answers.js';
import { readCaller } from './own-headers.js';
import { type FrontDesk, SipFront } from './sip-front.js';

const backend = { host: '127.0.0.1', port: 5080 };
const phone = { host: '203.0.113.7', port: 41_000 };
const edge = { host: '10.0.0.5', port: 5062, transport: 'udp' } as const;
const known: Admission = { kind: 'known', source: { kind: 'endpoint', id: 'EP-1' }, trusted: false };

/** A front on a network that writes down what is sent. */
async function setUp(identify: FrontDesk['identify'] = async () => known, edges = [edge]) {
  const clock = new ManualClock();
  const sent: { message: SipMessage; to: string }[] = [];
  const told: { registered: HeldRequest[]; referred: HeldRequest[]; updated: [string, boolean][]; notified: string[] } =
    {
      registered: [],
      referred: [],
      updated: [],
      notified: [],
    };
  let receiver!: SipReceiver;
  const network: SipNetwork = {
    dns: { addresses: async () => ({ records: ['198.51.100.9'] }), srv: none, naptr: none },
    async listen(_options, given) {
      receiver = given;
      const send: Awaited<ReturnType<SipNetwork['listen']>>['send'] = ({ address, port }, bytes) =>
        void sent.push({ message: parseMessage(bytes, defaultSipLimits).message, to: `${address}:${port}` });
      return {
        transport: 'udp',
        address: '192.0.2.1',
        port: 5060,
        send,
        closeConnection: () => undefined,
        connections: 0,
        close: async () => undefined,
      };
    },
  };
  const front = new SipFront(
    {
      network,
      listen: [{ transport: 'udp', address: '192.0.2.1', port: 5060 }],
      backend,
      edges,
      clock,
      logger: silentLogger,
    },
    {
      identify,
      registered: (register) => void told.registered.push(register),
      referred: (refer) => void told.referred.push(refer),
      updated: (callId, held) => void told.updated.push([callId, held]),
      answered: () => undefined,
      notified: (callId) => void told.notified.push(callId),
      connectionClosed: () => undefined,
    },
  );
  await front.start();
  return {
    front,
    clock,
    sent,
    told,
    /** Brings a packet, and waits until what it sets off has happened. */
    async packet(text: string, { host, port } = phone) {
      const flow = { transport: 'udp', localAddress: '192.0.2.1', localPort: 5060 } as const;
      const before = sent.length;
      receiver.packet(Buffer.from(text), { ...flow, remoteAddress: host, remotePort: port });
      await new Promise(setImmediate);
      return sent.slice(before);
    },
  };
}

async function none() {
  return { records: [] };
}

/** A request as a phone sends it. */
function request(method: string, headers: readonly string[] = [], { branch = 'z9hG4bK1', toTag = '', body = '' } = {}) {
  return [
    `${method} sip:+14155550199@192.0.2.1 SIP/2.0`,
    `Via: SIP/2.0/UDP 192.168.1.9:5060;branch=${branch};rport`,
    'From: <sip:anna@example.com>;tag=f',
    `To: <sip:+14155550199@192.0.2.1>${toTag && `;tag=${toTag}`}`,
    'Call-ID: c1',
    `CSeq: 1 ${method}`,
    'Max-Forwards: 70',
    ...headers,
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}

/** The response that FreeSWITCH, or a far end, gives to a request. */
function response({ rawHeaders }: SipMessage, status: number): string {
  const lines: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (['via', 'from', 'to', 'call-id', 'cseq'].includes(name)) lines.push(`${name}: ${rawHeaders[i + 1]}`);
  }
  return [`SIP/2.0 ${status} X`, ...lines, 'Content-Length: 0', '', ''].join('\r\n');
}

const where = (all: readonly { message: SipMessage; to: string }[]) =>
  all.map(({ message, to }) => `${message.kind === 'request' ? message.method : message.status} ${to}`);

describe('a call from outside', () => {
  it('goes to FreeSWITCH with who sent it, which nobody else can say, and nothing that FreeSWITCH would act upon', async () => {
    const { packet } = await setUp();
    const headers = [
      'Replaces: a;to-tag=1;from-tag=2',
      'X-Hookswitch-Caller: trunk TK-9 trusted udp 1.1.1.1 5060',
      'X-FS-Refer-For: 1',
      'X-Other: kept',
      'Authorization: Digest username="anna"',
    ];
    const out = await packet(request('INVITE', headers));
    expect(where(out)).toEqual(['100 203.0.113.7:41000', 'INVITE 127.0.0.1:5080']);
    const { message } = out[1]!;
    expect(message.lines('x-hookswitch-caller')).toHaveLength(1);
    expect(readCaller(message.header('x-hookswitch-caller'))).toEqual({
      source: { kind: 'endpoint', id: 'EP-1' },
      trusted: false,
      from: { transport: 'udp', address: '203.0.113.7', port: 41_000 },
    });
    expect(message.header('x-hookswitch-replaces')).toBe('a;to-tag=1;from-tag=2');
    for (const name of ['replaces', 'authorization', 'x-fs-refer-for']) expect(message.header(name)).toBeUndefined();
    expect(message.header('x-other')).toBe('kept');
    expect(message.header('record-route')).toBe('<sip:192.0.2.1:5060;lr>');
  });

  it('is not asked again who sends it where its INVITE comes again', async () => {
    let asked = 0;
    const { packet } = await setUp(async () => (++asked === 1 ? known : { kind: 'refused', status: 401 }));
    const [, first] = await packet(request('INVITE'));
    const [, again] = await packet(request('INVITE'));
    expect([asked, again!.message.via.branch]).toEqual([1, first!.message.via.branch]);
    expect(again!.message.header('x-hookswitch-caller')).toBe(first!.message.header('x-hookswitch-caller'));
  });

  it('is asked who sends it where somebody else copies its INVITE, or asks for another number with it', async () => {
    let asked = 0;
    const { packet } = await setUp(async () => (++asked === 1 ? known : { kind: 'refused', status: 401 }));
    const invite = request('INVITE');
    await packet(invite);
    expect(where(await packet(invite, { host: '198.51.100.66', port: 5060 }))).toEqual(['401 198.51.100.66:5060']);
    const dearer = invite.replace('INVITE sip:+14155550199', 'INVITE sip:+19005550100');
    expect(where(await packet(dearer))).toEqual(['401 203.0.113.7:41000']);
  });

  it('has its answers go back to where it came from (RFC 3581)', async () => {
    const { packet } = await setUp();
    const [, invite] = await packet(request('INVITE'));
    const back = await packet(response(invite!.message, 200), backend);
    expect(where(back)).toEqual(['200 203.0.113.7:41000']);
    expect(back[0]!.message.vias.map(({ host }) => host)).toEqual(['192.168.1.9']);
  });

  it('is refused by the desk, and its ACK goes nowhere', async () => {
    const challenge: [string, string][] = [['WWW-Authenticate', 'Digest realm="x", nonce="y"']];
    const { packet } = await setUp(async () => ({ kind: 'refused', status: 401, headers: challenge }));
    const [refused] = await packet(request('INVITE'));
    expect(where([refused!])).toEqual(['401 203.0.113.7:41000']);
    expect(refused!.message.header('www-authenticate')).toContain('nonce');
    expect(await packet(request('ACK', [], { toTag: refused!.message.toTag! }))).toEqual([]);
  });

  it('that is canceled while nobody knows yet who calls never gets there', async () => {
    let settle!: (admission: Admission) => void;
    const { packet, sent } = await setUp(() => new Promise((resolve) => (settle = resolve)));
    await packet(request('INVITE'));
    expect(await packet(request('INVITE'))).toEqual([]);
    expect(where(await packet(request('CANCEL')))).toEqual(['200 203.0.113.7:41000']);
    settle(known);
    await new Promise(setImmediate);
    expect(where(sent)).toEqual(['200 203.0.113.7:41000', '487 203.0.113.7:41000']);
  });

  it('is refused at once where very many wait to be known', async () => {
    const { packet } = await setUp(() => new Promise(() => undefined));
    for (let at = 0; at < 500; at += 1) await packet(request('INVITE', [], { branch: `z9hG4bK-${at}` }));
    expect(where(await packet(request('INVITE')))).toEqual(['503 203.0.113.7:41000']);
  });

  it('through the edge was sent by whom the edge says; from anybody else that counts nothing', async () => {
    const seen: (string | undefined)[] = [];
    const { packet } = await setUp(async (_request, flow) => {
      seen.push(flow.sender?.address);
      return known;
    });
    const via = ['Via: SIP/2.0/UDP 192.168.1.7:5060;received=198.51.100.3;rport=6000'];
    await packet(request('INVITE', via), edge);
    await packet(request('INVITE', via, { branch: 'z9hG4bK2' }), phone);
    expect(seen).toEqual(['198.51.100.3', undefined]);
  });

  it('through the edge is asked who sends it where somebody else behind that copies its INVITE', async () => {
    let asked = 0;
    const { packet } = await setUp(async () => (++asked === 1 ? known : { kind: 'refused', status: 401 }));
    const from = (address: string) => [`Via: SIP/2.0/UDP 192.168.1.7:5060;received=${address};rport=6000`];
    await packet(request('INVITE', from('198.51.100.3')), edge);
    expect(where(await packet(request('INVITE', from('198.51.100.66')), edge))).toEqual(['401 10.0.0.5:5062']);
    expect(where(await packet(request('INVITE', from('198.51.100.3')), edge))).toContain('INVITE 127.0.0.1:5080');
    expect(asked).toBe(2);
  });

  it('whose directory fails is refused with 503; other requests that begin nothing with 405, and pings are answered', async () => {
    const { packet } = await setUp(() => Promise.reject(new Error('the directory is away')));
    expect(where(await packet(request('INVITE')))).toEqual(['503 203.0.113.7:41000']);
    expect(where(await packet(request('SUBSCRIBE')))).toEqual(['405 203.0.113.7:41000']);
    expect(where(await packet(request('OPTIONS')))).toEqual(['200 203.0.113.7:41000']);
  });
});

describe('a caller who leaves the offer to us (RFC 3264 4)', () => {
  const sdp = 'v=0\r\nm=audio 4000 RTP/AVP 0\r\n';
  const described = { toTag: 't', body: sdp };
  const type = ['Content-Type: application/sdp'];
  const answer = (to: SipMessage, status: number) =>
    response(to, status).replace('Content-Length: 0\r\n\r\n', `Content-Type: application/sdp\r\n\r\n${sdp}`);

  it('is given to FreeSWITCH with an offer; what he says to ours in ACK is kept from it', async () => {
    const { packet } = await setUp();
    const [, invite] = await packet(request('INVITE'));
    expect(invite!.message.sdp).toContain('c=IN IP4 203.0.113.7\r\n');
    expect(invite!.message.sdp).toContain('m=audio 9 RTP/AVP 0 8 101');
    const [ok] = await packet(answer(invite!.message, 200), backend);
    expect(ok!.message.sdp).toBe(sdp);
    const [ack] = await packet(request('ACK', type, { ...described, branch: 'z9hG4bK2' }));
    expect([where([ack!])[0], ack!.message.body.length, ack!.message.header('content-type')]).toEqual([
      'ACK 127.0.0.1:5080',
      0,
      undefined,
    ]);
  });

  it('behind the edge has it made in his own name, not in that of the edge', async () => {
    const { packet } = await setUp();
    const via = ['Via: SIP/2.0/UDP 192.168.1.7:5060;received=198.51.100.3;rport=6000'];
    for (const [, invite] of [await packet(request('INVITE', via), edge), await packet(request('INVITE', via), edge)]) {
      expect(invite!.message.sdp).toContain('c=IN IP4 198.51.100.3\r\n');
    }
  });

  it('who answered it in PRACK gets no other with the 200', async () => {
    const { packet } = await setUp();
    const [, invite] = await packet(request('INVITE'));
    const [progress] = await packet(answer(invite!.message, 183), backend);
    expect(progress!.message.sdp).toBe(sdp);
    const [prack] = await packet(request('PRACK', type, { ...described, branch: 'z9hG4bK2' }));
    expect(prack!.message.body.length).toBe(0);
    const [ok] = await packet(answer(invite!.message, 200), backend);
    expect([ok!.message.body.length, ok!.message.header('content-type')]).toEqual([0, undefined]);
  });

  it('is told apart from one who makes it: nothing of his is changed', async () => {
    const { packet } = await setUp();
    const [, invite] = await packet(request('INVITE', type, { body: sdp }));
    expect(invite!.message.sdp).toBe(sdp);
    const [update] = await packet(request('PRACK', type, { ...described, branch: 'z9hG4bK2' }));
    expect(update!.message.sdp).toBe(sdp);
  });
});

describe('the way to a callee', () => {
  const outside = { inside: false };

  it('leads through the edge, which is told where to go; a proxy that was named is gone through', async () => {
    const { front } = await setUp();
    expect(front.wayTo('sip:198.51.100.1:5070;transport=tls', outside)).toBe(
      '<sip:10.0.0.5:5062;transport=udp;lr;received=sip:198.51.100.1:5070%3Btransport%3Dtls>',
    );
    expect(front.wayTo('sip:10.0.0.6:5062;lr;received=x', outside)).toBe('<sip:10.0.0.6:5062;lr;received=x>');
  });

  it('to another node is straight', async () => {
    const { front } = await setUp();
    expect(front.wayTo('sip:10.0.0.9:5060', { inside: true })).toBe('<sip:10.0.0.9:5060>');
  });

  it('is straight where there is no edge, by UDP only', async () => {
    const { front } = await setUp(undefined, []);
    expect(front.wayTo('sip:anna@198.51.100.1', outside)).toBe('<sip:198.51.100.1>');
    expect(front.wayTo('sip:198.51.100.1;transport=tcp', outside)).toBeUndefined();
  });
});

describe('within a call', () => {
  it('a REFER is the desk’s; one that comes again gets the same answer', async () => {
    const { packet, told } = await setUp();
    const refer = request('REFER', ['Refer-To: <sip:1@a>'], { toTag: 't' });
    expect(await packet(refer)).toEqual([]);
    expect(await packet(refer)).toEqual([]);
    told.referred[0]!.answer(202);
    const again = await packet(refer);
    expect([told.referred.length, where(again)]).toEqual([1, ['202 203.0.113.7:41000']]);
  });

  it('requests from outside go to FreeSWITCH and nowhere else, whatever their Route says', async () => {
    const { packet } = await setUp();
    const out = await packet(request('BYE', ['Route: <sip:10.9.9.9;lr>'], { toTag: 't' }));
    expect(where(out)).toEqual(['BYE 127.0.0.1:5080']);
  });

  it('an UPDATE that holds is told once FreeSWITCH took it', async () => {
    const { packet, told } = await setUp();
    const held = { toTag: 't', body: 'v=0\r\nm=audio 1 RTP/AVP 0\r\na=sendonly\r\n' };
    const [update] = await packet(request('UPDATE', ['Content-Type: application/sdp'], held));
    expect(told.updated).toEqual([]);
    await packet(response(update!.message, 200), backend);
    expect(told.updated).toEqual([['c1', true]]);
  });
});

describe('what FreeSWITCH sends', () => {
  it('goes the way that the driver named, its CANCEL after it, and no word of that leaves', async () => {
    const { packet } = await setUp();
    const way = ['Route: <sip:192.0.2.1:5060;lr>', 'X-Hookswitch-Way: <sip:198.51.100.1:5070>'];
    const [invite] = await packet(request('INVITE', way), backend);
    expect(where([invite!])).toEqual(['INVITE 198.51.100.1:5070']);
    expect(invite!.message.header('x-hookswitch-way')).toBeUndefined();
    expect(invite!.message.header('route')).toBeUndefined();
    const [cancel] = await packet(request('CANCEL', way.slice(0, 1)), backend);
    expect(where([cancel!])).toEqual(['CANCEL 198.51.100.1:5070']);
    expect((cancel!.message as SipRequest).via.branch).toBe((invite!.message as SipRequest).via.branch);
  });

  it('to which nobody says anything is refused in our name; an answer of any kind prevents that', async () => {
    const { packet, clock, sent } = await setUp();
    const [first] = await packet(request('INVITE', ['X-Hookswitch-Way: <sip:198.51.100.1>']), backend);
    const [second] = await packet(
      request('INVITE', ['X-Hookswitch-Way: <sip:198.51.100.1>'], { branch: 'z9hG4bK2' }),
      backend,
    );
    await packet(response(second!.message, 100), { host: '198.51.100.1', port: 5060 });
    const before = sent.length;
    clock.advance(60_000);
    const late = sent.slice(before);
    expect(where(late)).toEqual(['503 127.0.0.1:5080']);
    expect(late[0]!.message).toMatchObject({ phrase: 'Nobody There', callId: first!.message.callId });
    expect(clock.pending).toBe(0);
  });

  it('goes through the proxy that a way with lr names', async () => {
    const { packet } = await setUp();
    const [invite] = await packet(request('INVITE', ['X-Hookswitch-Way: <sip:10.0.0.5:5062;lr;x=1>']), backend);
    expect([where([invite!])[0], invite!.message.header('route')]).toEqual([
      'INVITE 10.0.0.5:5062',
      '<sip:10.0.0.5:5062;lr;x=1>',
    ]);
  });

  it.each([
    ['sips:100@far.example;transport=tcp', '<sips:100@far.example;transport=tcp>'],
    [undefined, 'sip:100@far.example'],
  ])('sends somebody where the driver named, in a REFER: %s', async (target, referTo) => {
    const { packet } = await setUp();
    const named = target === undefined ? [] : [`X-Hookswitch-Refer-To: ${Buffer.from(target).toString('base64url')}`];
    const asked = ['Refer-To: sip:100@far.example', ...named];
    const [refer] = await packet(request('REFER', asked, { toTag: 't' }), backend);
    expect(refer!.message.lines('refer-to')).toEqual([referTo]);
    expect(refer!.message.header('x-hookswitch-refer-to')).toBeUndefined();
  });

  it('within a call follows Route, and then the Request-URI, also to a name', async () => {
    const { packet } = await setUp();
    const routes = ['Route: <sip:192.0.2.1:5060;lr>, <sip:10.0.0.5:5062;lr>'];
    expect(where(await packet(request('BYE', routes, { toTag: 't' }), backend))).toEqual(['BYE 10.0.0.5:5062']);
    const named = request('BYE', [], { toTag: 't' }).replace('@192.0.2.1 SIP', '@phone.example:5090 SIP');
    expect(where(await packet(named, backend))).toEqual(['BYE 198.51.100.9:5090']);
  });

  it('about a REFER says that more is to come until the last (RFC 3515 2.4.5)', async () => {
    const { packet, told } = await setUp();
    const notify = (body: string) =>
      request('NOTIFY', ['Event: refer;id=1', 'Subscription-State: terminated;reason=noresource'], {
        toTag: 't',
        body,
      });
    const [first] = await packet(notify('SIP/2.0 180 Ringing\r\n'), backend);
    expect(first!.message.header('subscription-state')).toBe('active;expires=180');
    const [last] = await packet(notify('SIP/2.0 486 Busy Here\r\n').replace('CSeq: 1', 'CSeq: 2'), backend);
    expect(last!.message.header('subscription-state')).toBe('terminated;reason=noresource');
    await packet(response(last!.message, 200));
    expect(told.notified).toEqual(['c1']);
  });
});

it('bytes that are no SIP, and answers to nothing of ours, are dropped', async () => {
  const { packet } = await setUp();
  expect(await packet('\r\n\r\n')).toEqual([]);
  expect(await packet('nonsense that is long enough\r\n\r\n')).toEqual([]);
  const stray =
    'SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 9.9.9.9;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n\r\n';
  expect(await packet(stray)).toEqual([]);
});

describe('a call that FreeSWITCH was restarted without', () => {
  const dialog = {
    callId: 'c9',
    localTag: 'ours',
    remoteTag: 'theirs',
    local: '100@192.0.2.1',
    remote: 'anna@example.com',
    contact: 'anna@203.0.113.7:41000',
    contactParams: '',
    routes: '<sip:192.0.2.1:5060;lr>',
  };

  it('is ended at its far end in the name of FreeSWITCH, again and again until that answers', async () => {
    const { front, clock, sent, packet } = await setUp();
    front.letGo(dialog);
    const [bye] = sent;
    expect(where([bye!])).toEqual(['BYE 203.0.113.7:41000']);
    const { message } = bye!;
    expect([message.callId, message.header('from'), message.header('to'), message.header('route')]).toEqual([
      'c9',
      '<sip:100@192.0.2.1>;tag=ours',
      '<sip:anna@example.com>;tag=theirs',
      undefined,
    ]);
    clock.advance(500);
    expect(where(sent)).toEqual(['BYE 203.0.113.7:41000', 'BYE 203.0.113.7:41000']);
    await packet(response(message, 200));
    clock.advance(60_000);
    expect(sent.filter((each) => each.message.kind === 'request')).toHaveLength(2);
  });

  it('is ended by way of the proxies that it came by', async () => {
    const { front, sent } = await setUp();
    front.letGo({ ...dialog, routes: '<sip:192.0.2.1:5060;lr>,<sip:10.0.0.5:5062;lr>' });
    expect(where(sent)).toEqual(['BYE 10.0.0.5:5062']);
    expect(sent[0]!.message.header('route')).toBe('<sip:10.0.0.5:5062;lr>');
  });
});
