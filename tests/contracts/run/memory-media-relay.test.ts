import { MemoryMediaRelay } from '@hookswitch/media/drivers/memory-relay/index';
import { udpMediaNetwork } from '@hookswitch/media/net/udp-media-socket';
import { freeUdpPorts } from '../../peers/free-udp-ports.js';
import { mediaRelayContract } from '../media-relay.contract.js';

mediaRelayContract('memory', async ({ ports }) => {
  const portLow = await freeUdpPorts(ports);
  const relay = new MemoryMediaRelay({
    network: udpMediaNetwork,
    address: '127.0.0.1',
    portLow,
    portHigh: portLow + ports - 1,
  });
  return {
    relay,
    another: () => relay.another(),
    carried: async () => relay.carried,
    die: async () => relay.die(),
    comeBack: async () => relay.comeBack(),
    close: async () => undefined,
  };
});
