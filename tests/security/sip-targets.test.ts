import { beforeAll, describe, expect, it } from 'vitest';
import { ourNumber, useWorld } from '../journeys/world.js';
import { Stranger } from './stranger.js';

/** An installation whose own trunks lead to a private network, here the loopback one, and that lets nobody else send SIP there. */
const on = useWorld({
  name: 'sip_targets',
  redisDatabase: 23,
  settings: { SIP_PRIVATE_TARGETS: '', SIP_TRUNK_PRIVATE_TARGETS: '127.0.0.0/8' },
});

/** The timeline of a call once it says this. */
async function timelineSays(callId: string, text: string): Promise<void> {
  await on.world.eventually(`"${text}" in the timeline`, async () =>
    (await on.world.timeline(callId)).some(({ summary }) => summary.includes(text)) ? true : undefined,
  );
}

describe('SIP to private addresses', () => {
  beforeAll(async () => {
    await on.world.api.patch(`/v1/accounts/${on.world.firstAccount.accountId}`, { allowedSipHosts: ['*'] });
    // What a node knows of an account is up to a second old.
    await on.world.eventually('the account to be known anew', async () => {
      const call = { to: 'sip:anybody@localhost:9', from: ourNumber, script: [{ verb: 'hangup' }] };
      const { status } = await on.world.api.request('POST', '/v1/calls', call);
      return status === 201 ? true : undefined;
    });
  });

  it("goes over a trunk of the first account's", async () => {
    const number = on.world.newNumber('a');
    const line = await on.world.line([{ verb: 'dial', targets: [{ type: 'number', number }] }]);
    const call = await on.world.call(line);
    const callee = await on.world.carried('a', number);
    await callee.answer();
    await call.media.hears('callee');
    await call.bye();
  });

  it.each(['127.0.0.1', 'localhost'])(
    'is denied to a script that dials %s, and the timeline says why',
    async (host) => {
      const inside = await Stranger.at('127.0.0.1', on.world.sip);
      const action = on.world.script([{ verb: 'hangup' }], 'denied');
      const uri = `sip:anybody@${host}:${inside.address.port}`;
      const line = await on.world.line([{ verb: 'dial', action, targets: [{ type: 'sip', uri }] }]);
      await on.world.call(line);
      expect(await on.world.result(action)).toMatchObject({ dialStatus: 'failed' });
      const cdr = await on.world.event('cdr.created', ({ data }) => data.to === uri);
      expect(cdr.data.termination).toMatchObject({ by: 'system', reason: 'denied' });
      await timelineSays(cdr.data.callId as string, 'a loopback address, which is not allowed');
      expect(inside.heard.all).toEqual([]);
      inside.close();
    },
  );
});
