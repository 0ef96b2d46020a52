import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KamailioEdge } from '../peers/kamailio-edge.js';
import { selfMadeCertificate } from '../peers/self-made-certificate.js';
import { webSocketWire } from '../peers/tone-phone/phone-wire.js';
import { headerOf, headersOf } from '../peers/tone-phone/sip-text.js';
import { TonePhone } from '../peers/tone-phone/tone-phone.js';
import { EngineOnLoopback } from './engine-on-loopback.js';

let engine: EngineOnLoopback;
let edge: KamailioEdge;
let phone: TonePhone;
const folder = mkdtempSync(join(tmpdir(), 'edge-tls-'));

beforeAll(async () => {
  const { cert, key } = selfMadeCertificate();
  const tls = { certificateFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  writeFileSync(tls.certificateFile, cert);
  writeFileSync(tls.keyFile, key);
  edge = await KamailioEdge.start({ tls });
  engine = await EngineOnLoopback.start({ edges: [{ transport: 'udp', address: '127.0.0.1', port: edge.innerPort }] });
  await edge.configure([`sip:127.0.0.1:${engine.port('udp')};transport=udp`]);
  phone = await TonePhone.open({
    user: 'alice',
    password: 'secret',
    server: { host: '127.0.0.1', port: edge.tlsPort },
    party: 'caller',
    wire: await webSocketWire(`wss://127.0.0.1:${edge.tlsPort}/`),
  });
});

afterAll(async () => {
  phone.close();
  await engine.close();
  await edge.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a phone in a browser over wss, ended by the edge; the node speaks UDP (RFC 7118)', () => {
  it('registers, and is known by its own address', async () => {
    expect((await phone.register()).status).toBe(200);
    expect(await engine.directory.bindings('SE-alice')).toMatchObject([
      { behindEdge: true, received: { transport: 'wss', address: '127.0.0.1' } },
    ]);
  });

  it.each(['them', 'us'] as const)('is rung on its connection; both hear each other; %s hang up', async (who) => {
    const leg = engine.engine.dial({
      callId: `web-${who}`,
      target: { kind: 'endpoint', endpointId: 'SE-alice' },
      from: '+14155550199',
      ringTimeoutMs: 30_000,
    });
    const ended = new Promise((resolve) => leg.events.once('ended', resolve));
    const call = await phone.nextCall();
    expect(headerOf(call.invitation, 'Via')).toMatch(/^SIP\/2\.0\/WSS /);
    await call.answer();
    const prompt = { kind: 'tone', frequencies: [2720], levelDbm0: -10, cadenceMs: [1000] } as const;
    await Promise.all([leg.play(prompt), call.media.hears('prompt')]);
    if (who === 'them') expect((await call.bye()).status).toBe(200);
    else {
      leg.hangUp();
      await expect(call.ended).resolves.toEqual({ by: 'them', how: 'BYE' });
    }
    await ended;
  });

  it.each(['them', 'us'] as const)('calls in, holds, takes back; %s hang up', async (who) => {
    const call = await phone.dial('+14155550100');
    await call.answered();
    const through = engine.putThrough.all.at(-1)!;
    const desk = engine.desk.incoming.all.at(-1)!;
    await Promise.all([call.media.hears('callee'), desk.media.hears('caller')]);
    expect((await call.hold()).status).toBe(200);
    expect((await call.resume()).status).toBe(200);
    await Promise.all([call.media.hears('callee'), desk.media.hears('caller')]);
    expect(through.leg.facts.transport).toBe('wss');
    if (who === 'them') expect((await call.bye()).status).toBe(200);
    else {
      await desk.bye();
      await expect(call.ended).resolves.toEqual({ by: 'them', how: 'BYE' });
    }
    await through.ended;
    const bye = call.received.all.find(({ method }) => method === 'BYE');
    if (bye) expect(headersOf(bye, 'Via')[0]).toMatch(/^SIP\/2\.0\/WSS /);
  });
});
