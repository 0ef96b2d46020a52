import { describe, expect, it } from 'vitest';
import { useWorld } from '../journeys/world.js';
import { Stranger } from './stranger.js';

const on = useWorld({ name: 'sip_loops', redisDatabase: 21 });

describe('a call in a circle', () => {
  it('over two trunks that lead back to us ends when its hops are used up (RFC 3261 16.3, RFC 5393)', async () => {
    const { host, port } = on.world.sip;
    for (const [name, prefix] of [
      ['there', '+491'],
      ['back', '+492'],
    ] as const) {
      const outbound = { proxies: [`sip:${host}:${port}`], prefixes: [prefix] };
      await on.world.api.post('/v1/trunks', { name, outbound });
    }
    await on.world.api.patch(`/v1/accounts/${on.world.firstAccount.accountId}`, { allowedDestinations: ['+49'] });
    const [one, other] = ['+4911111111', '+4922222222'];
    const path = on.world.script(({ body }) => {
      const { call } = JSON.parse(body) as { call: { to: string } };
      const number = call.to === one ? other : one;
      return [{ verb: 'dial', answerOnBridge: true, targets: [{ type: 'number', number }] }];
    });
    const application = await on.world.api.post<{ id: string }>('/v1/applications', {
      name: 'circle',
      scriptUrl: on.world.backend.url(path),
    });
    for (const number of [one, other]) {
      await on.world.api.post('/v1/numbers', { number, applicationId: application.id });
    }
    const carrier = await Stranger.at('127.0.0.1', on.world.sip);
    const answer = await carrier.ask('INVITE', { uri: `sip:${one}@${host}`, maxForwards: '6' });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    // Asked with six hops left, five, four, three, two and one; the one with none is refused on arrival.
    expect(on.world.backend.count(path)).toBe(6);
    await on.world.event('cdr.created', ({ data }) => (data.termination as { sip: number | null }).sip === 483);
    carrier.close();
  });
});
