import { createSocket } from 'node:dgram';
import { afterAll, describe, it } from 'vitest';
import { DnsServer } from '../peers/dns-server.js';
import { useWorld } from './world.js';

const dns = await DnsServer.start();
const dead = createSocket('udp4');
await new Promise<void>((resolve) => dead.bind(0, '127.0.0.1', resolve));

const on = useWorld({ name: 'carrier_by_name', redisDatabase: 112, settings: { SIP_DNS_SERVERS: dns.address } });

afterAll(() => {
  dead.close();
  dns.close();
});

describe('a trunk whose proxy is a name (RFC 3263)', () => {
  it('leads to the servers in its DNS: the dead one is passed over, and the caller hears who answers', async () => {
    const { api, firstAccount } = on.world;
    const carrier = await on.world.phone({ user: 'carrier', party: 'agent' });
    const service = { type: 'SRV', weight: 0, target: 'proxy.carrier.test', name: '_sip._udp.carrier.test' } as const;
    dns.entries = [
      { ...service, priority: 1, port: dead.address().port },
      { ...service, priority: 2, port: carrier.address.port },
      { type: 'A', name: 'proxy.carrier.test', address: '127.0.0.1' },
    ];
    await api.patch(`/v1/accounts/${firstAccount.accountId}`, { allowedDestinations: ['+1777'] });
    await api.post('/v1/trunks', {
      name: 'By name',
      outbound: { proxies: ['sip:carrier.test'], prefixes: ['+1777'] },
    });
    for (let count = 0; count < 2; count += 1) {
      const line = await on.world.line([{ verb: 'dial', targets: [{ type: 'number', number: '+17775550100' }] }]);
      const caller = await on.world.call(line);
      const called = await carrier.nextCall();
      await called.answer();
      await Promise.all([caller.media.hears('agent'), called.media.hears('caller')]);
      await caller.bye();
      await called.ended;
    }
    await dns.questions.first('the question for its services', (question) => question === 'SRV _sip._udp.carrier.test');
  });
});
