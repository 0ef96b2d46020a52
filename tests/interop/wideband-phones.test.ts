import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BaresipPhone } from '../peers/baresip/baresip-phone.js';
import { EngineOnLoopback } from './engine-on-loopback.js';

let engine: EngineOnLoopback;

beforeAll(async () => {
  engine = await EngineOnLoopback.start({ codecs: ['G722', 'PCMU', 'PCMA'] });
});

afterAll(() => engine.close());

describe('baresip with G.722', () => {
  it.each([
    ['has nothing else', ['g722']],
    ['offers it first of two', ['g722', 'pcmu']],
  ] as const)('%s: speaks it with us, and hears and is heard by a phone of G.711', async (_what, codecs) => {
    const phone = await BaresipPhone.start({
      user: 'wide',
      server: { host: '127.0.0.1', port: engine.port('udp') },
      party: 'caller',
      register: false,
      codecs,
    });
    try {
      const before = engine.putThrough.all.length;
      await phone.dial('desk');
      await phone.established();
      const { leg } = await engine.putThrough.until('the call put through', () => engine.putThrough.all[before]);
      const answering = engine.desk.incoming.all.at(-1)!;
      await Promise.all([phone.hears('callee'), answering.media.hears('caller')]);
      expect((await leg.mediaStats()).codec).toBe('G722');
      await phone.hangUp();
      await answering.ended;
    } finally {
      await phone.stop();
    }
    await engine.idle();
  });
});
