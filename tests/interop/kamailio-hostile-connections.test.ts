import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KamailioEdge } from '../peers/kamailio-edge.js';
import { streamWire } from '../peers/tone-phone/stream-wire.js';
import { TonePhone } from '../peers/tone-phone/tone-phone.js';
import { EngineOnLoopback } from './engine-on-loopback.js';
import { RawSip } from './raw-sip.js';

/** Two, not thirty as installations have it. */
const strangerSeconds = 2;
let edge: KamailioEdge;
let engine: EngineOnLoopback;

beforeAll(async () => {
  edge = await KamailioEdge.start({ strangerSeconds });
  engine = await EngineOnLoopback.start({ edges: [{ transport: 'udp', address: '127.0.0.1', port: edge.innerPort }] });
  engine.onIncoming = 'ring';
  engine.directory.addTrunk('TK-1', '127.0.0.61');
  await edge.configure([`sip:127.0.0.1:${engine.port('udp')}`]);
});
afterAll(async () => {
  await engine.close();
  await edge.stop();
});

const server = () => ({ host: '127.0.0.1', port: edge.port });

/** A request over a connection, with what a stranger adds. */
function request(method: string, raw: RawSip, id: string, lines: readonly string[] = []): string {
  return [
    `${method} sip:user@127.0.0.1 SIP/2.0`,
    `Via: ${raw.via(`z9hG4bK${id}`)};rport`,
    'Max-Forwards: 70',
    `From: <sip:caller@${raw.host}>;tag=${id}`,
    'To: <sip:user@127.0.0.1>',
    `Call-ID: ${id}`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:caller@${raw.host}:${raw.port};transport=tcp>`,
    ...lines,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

describe('connections to the edge', () => {
  it('that say nothing, half a request, or what nobody took, are closed; one of a phone that registered, and of a caller for whom it rings, stay', async () => {
    const strangers = await Promise.all(Array.from({ length: 30 }, () => RawSip.open('tcp', server(), '127.0.0.62')));
    const half = await RawSip.open('tcp', server(), '127.0.0.63');
    half.send('OPTIONS sip:user@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.');
    const challenged = await RawSip.open('tcp', server(), '127.0.0.64');
    challenged.send(request('INVITE', challenged, 'nobody'));
    await challenged.messages.first('a challenge', ({ sip }) => sip.status === 401);
    const rung = await RawSip.open('tcp', server(), '127.0.0.61');
    rung.send(request('INVITE', rung, 'somebody'));
    await rung.messages.first('180', ({ sip }) => sip.status === 180);
    const wire = await streamWire('tcp', server());
    const phone = await TonePhone.open({ user: 'alice', password: 'secret', server: server(), wire });
    expect((await phone.register()).status).toBe(200);
    for (const raw of [...strangers, half, challenged]) {
      await expect.poll(() => raw.closed, { timeout: 30_000 }).toBe(true);
    }
    // The others were silent for as long, and three times as long.
    const since = Date.now();
    await expect.poll(() => Date.now() - since, { timeout: 30_000 }).toBeGreaterThan(3_000 * strangerSeconds);
    expect(rung.closed).toBe(false);
    rung.send(request('CANCEL', rung, 'somebody'));
    await rung.messages.first('487', ({ sip }) => sip.status === 487);
    const leg = engine.engine.dial({
      callId: 'kept',
      target: { kind: 'endpoint', endpointId: 'SE-alice' },
      from: '+14155550100',
      ringTimeoutMs: 30_000,
    });
    const ended = new Promise((resolve) => leg.events.once('ended', resolve));
    const call = await phone.nextCall();
    await call.answer();
    expect((await call.bye()).status).toBe(200);
    await ended;
    rung.close();
    phone.close();
  });

  it('whoever writes line ends and colours into a request makes no line in the log, and its ban is one line', async () => {
    // What it says at its start is not JSON.
    const before = edge.output.length;
    const raw = await RawSip.open('tcp', server(), '127.0.0.65');
    raw.send(
      request('OPTIONS', raw, 'forged\u001b[31m', ['User-Agent: friendly-scanner\r\n banned 127.0.0.99 \u001b[2J']),
    );
    const broken = await RawSip.open('udp', server(), '127.0.0.66');
    broken.send(request('OPTIONS', broken, 'broken').replace('CSeq: 1 ', 'CSeq: 1\r\n banned 127.0.0.99 '));
    await expect.poll(() => edge.output).toContain('banned 127.0.0.65 for 300 s: scanner');
    await expect.poll(() => edge.output).toContain('CSeq: 1');
    const lines = edge.output.slice(before).split('\n').filter(Boolean);
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      lines.map(() => expect.objectContaining({ message: expect.any(String) })),
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(edge.output.slice(before)).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    for (const each of [raw, broken]) each.close();
  });
});
