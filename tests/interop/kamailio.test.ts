import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KamailioEdge } from '../peers/kamailio-edge.js';
import { headersOf } from '../peers/tone-phone/sip-text.js';
import { TonePhone } from '../peers/tone-phone/tone-phone.js';
import { EngineOnLoopback } from './engine-on-loopback.js';

describe.each(['udp', 'tcp'] as const)(
  'through the edge of deploy/kamailio, which speaks %s with the engine',
  (transport) => {
    let engine: EngineOnLoopback;
    let proxy: KamailioEdge;
    let phone: TonePhone;

    beforeAll(async () => {
      proxy = await KamailioEdge.start();
      engine = await EngineOnLoopback.start({ edges: [{ transport, address: '127.0.0.1', port: proxy.innerPort }] });
      await proxy.configure([`sip:127.0.0.1:${engine.port(transport)};transport=${transport}`]);
      phone = await TonePhone.open({
        user: 'alice',
        password: 'secret',
        server: { host: '127.0.0.1', port: proxy.port },
        party: 'caller',
      });
    });

    afterAll(async () => {
      phone.close();
      await engine.close();
      await proxy.stop();
    });

    const proxied = (message: Parameters<typeof headersOf>[0]) =>
      headersOf(message, 'Via').some((via) => via.includes(`:${proxy.port}`));

    it('a call in, held, taken back, with digits, ended by the caller', async () => {
      const call = await phone.dial('+14155550100');
      await call.answered();
      const desk = engine.desk.incoming.all.at(-1)!;
      const through = engine.putThrough.all.at(-1)!;
      await Promise.all([call.media.hears('callee'), desk.media.hears('caller')]);
      expect((await call.hold()).status).toBe(200);
      expect((await call.resume()).status).toBe(200);
      expect((await call.sendInfoDigit('5')).status).toBe(200);
      await call.media.sendDigits('7');
      await desk.media.hearsDigits('57');
      expect(through.digits).toEqual(['5', '7']);
      await Promise.all([call.media.hears('callee'), desk.media.hears('caller')]);
      expect(through.leg.facts).toMatchObject({ transport: 'udp', remoteAddress: `127.0.0.1:${phone.address.port}` });
      expect((await call.bye()).status).toBe(200);
      expect((await through.ended).by).toBe('remote');
    });

    it('a call in, ended by us: the BYE goes through the route set (RFC 3261 12.2.1.1)', async () => {
      const call = await phone.dial('+14155550100');
      await call.answered();
      const desk = engine.desk.incoming.all.at(-1)!;
      await Promise.all([call.media.hears('callee'), desk.media.hears('caller')]);
      await desk.bye();
      await expect(call.ended).resolves.toEqual({ by: 'them', how: 'BYE' });
      const bye = call.received.all.find(({ method }) => method === 'BYE')!;
      expect(proxied(bye)).toBe(true);
    });

    it('a call in that is cancelled', async () => {
      engine.onIncoming = 'ring';
      const call = await phone.dial('+14155550100');
      await call.provisional(180);
      call.cancel();
      expect((await call.final).status).toBe(487);
      await expect.poll(() => engine.engine.calls().length).toBe(0);
      engine.onIncoming = 'put-through';
    });

    it.each(['them', 'us'] as const)('a call out, ended by %s', async (who) => {
      const leg = engine.engine.dial({
        callId: `out-${transport}-${who}`,
        target: {
          kind: 'sip',
          uri: `sip:alice@127.0.0.1:${phone.address.port}`,
        },
        from: '+14155550100',
        ringTimeoutMs: 30_000,
      });
      const ended = new Promise((resolve) => leg.events.once('ended', resolve));
      const call = await phone.nextCall();
      expect(proxied(call.invitation)).toBe(true);
      call.ring();
      await call.answer();
      const prompt = { kind: 'tone', frequencies: [2720], levelDbm0: -10, cadenceMs: [1000] } as const;
      await Promise.all([leg.play(prompt), call.media.hears('prompt')]);
      if (who === 'them') expect((await call.bye()).status).toBe(200);
      else {
        leg.hangUp();
        await expect(call.ended).resolves.toEqual({ by: 'them', how: 'BYE' });
        expect(proxied(call.received.all.find(({ method }) => method === 'BYE')!)).toBe(true);
      }
      await ended;
    });

    it('a registration with Path, and a call out over it (RFC 3327)', async () => {
      const ok = await phone.register();
      expect(ok.status).toBe(200);
      expect(headersOf(ok, 'Path').join()).toContain(`127.0.0.1:${proxy.innerPort}`);
      const [binding] = await engine.directory.bindings('SE-alice');
      expect(binding?.path?.join()).toContain(`127.0.0.1:${proxy.innerPort}`);
      expect(binding).toMatchObject({ behindEdge: true, received: { port: phone.address.port, transport: 'udp' } });
      const leg = engine.engine.dial({
        callId: `registered-${transport}`,
        target: { kind: 'endpoint', endpointId: 'SE-alice' },
        from: '+14155550100',
        ringTimeoutMs: 30_000,
      });
      const ended = new Promise((resolve) => leg.events.once('ended', resolve));
      const call = await phone.nextCall();
      expect(proxied(call.invitation)).toBe(true);
      await call.answer();
      const prompt = { kind: 'tone', frequencies: [2720], levelDbm0: -10, cadenceMs: [1000] } as const;
      await Promise.all([leg.play(prompt), call.media.hears('prompt')]);
      expect((await call.bye()).status).toBe(200);
      await ended;
      expect((await phone.unregister()).status).toBe(200);
      expect(await engine.directory.bindings('SE-alice')).toEqual([]);
    });

    it('leaves nothing behind', () => engine.idle());
  },
);
