import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { KamailioEdge } from '../../../peers/kamailio-edge.js';
import { headersOf } from '../../../peers/tone-phone/sip-text.js';
import type { ToneCall } from '../../../peers/tone-phone/tone-call.js';
import { PhoneWorld } from '../../media-relay/phone-world.js';
import { useWorld } from '../../world.js';
import { realSwitchSettings } from '../real-switch.js';

const edge = await KamailioEdge.reserve();
const server = { host: '127.0.0.1', port: edge.port };
beforeAll(() => edge.start());
const on = useWorld({
  name: 'freeswitch_edge',
  redisDatabase: 173,
  settings: { ...realSwitchSettings(), ...edge.nodeSettings },
});
let phones: PhoneWorld;
beforeAll(() => {
  phones = new PhoneWorld(on.world);
});
afterEach(() => phones.close());
afterAll(() => edge.stop());

const viaEdge = (call: ToneCall) => headersOf(call.invitation, 'Via')[0]?.includes(`127.0.0.1:${edge.port}`) ?? false;

/** Held and taken back. An offer that overtook the ACK before it is made again: 491, or FreeSWITCH's 500 (RFC 3261 14.1, 14.2). */
async function heldAndBack(call: ToneCall): Promise<void> {
  for (const offer of [() => call.hold(), () => call.resume()]) {
    const status = await on.world.eventually('an offer to be taken', async () => {
      const answer = await offer();
      return answer.status === 491 || answer.status === 500 ? undefined : answer.status;
    });
    expect(status).toBe(200);
  }
}

describe('a node with FreeSWITCH behind a Kamailio', () => {
  it.each(['caller', 'callee'] as const)(
    'a call in and out through it: both are heard, held and taken back from either side, and ended by the %s',
    async (who) => {
      const { world } = on;
      const number = world.newNumber('a');
      const line = await world.line([{ verb: 'dial', targets: [{ type: 'number', number }] }]);
      const caller = await (await world.phone({ server })).dial(line.number);
      const callee = await world.carried('a', number);
      expect(viaEdge(callee)).toBe(true);
      await callee.answer();
      const call = { caller, callee };
      await Promise.all([caller.media.hears('callee'), callee.media.hears('caller')]);
      for (const side of [caller, callee]) await heldAndBack(side);
      await Promise.all([caller.media.hears('callee'), callee.media.hears('caller')]);
      expect((await call[who].bye()).status).toBe(200);
      await (who === 'caller' ? callee : caller).ended;
      expect((await world.cdr(await world.callId(line.path))).status).toBe('completed');
    },
  );
});

describe('a phone that registered through it', () => {
  // All of this machine would be the carrier else.
  beforeAll(() => phones.withoutTrunks());

  it.each([
    ['UDP, in the clear', 'none', {}],
    ['TCP, encrypted', 'sdes', { encrypts: 'sdes', transport: 'tcp' }],
  ] as const)('over %s: is called and calls through it', async (_how, set, options) => {
    const runs = [{ verb: 'play', url: '/music.wav', loop: 0 }];
    const { phone, username } = await phones.baresip(set, { server, autoAnswer: true, runs, ...options });
    const caller = await phones.call([{ verb: 'dial', targets: [{ type: 'endpoint', endpoint: username }] }]);
    await phone.established();
    await Promise.all([caller.media.hears('agent'), phone.hears('caller')]);
    await phone.hangUp();
    await caller.ended;
    await phone.dial('somebody');
    await phone.hears('music');
    await phone.hangUp();
  });
});
