import { isIP } from 'node:net';
import { listenAddress } from '@hookswitch/api/config/setting';
import type { Settings } from '@hookswitch/api/config/settings';
import type { FreeSwitchSettings } from '@hookswitch/media/drivers/freeswitch/index';
import { dnsResolver } from '@hookswitch/media/net/dns-resolver';
import { networkWith } from '@hookswitch/media/net/system-network';
import { sipTlsIdentity } from './sip-tls-identity.js';

/** The SIP front of a node with FreeSWITCH, where the settings want one. Throws with a sentence where they do not fit together. */
export function freeSwitchFront(settings: Settings, decoySecret: Buffer): Pick<FreeSwitchSettings, 'front'> {
  const { freeswitchFront: listen, freeswitchSip, sipAdvertisedAddress: advertisedHost, sipEdges } = settings;
  if (listen === undefined) return {};
  const backend = freeswitchSip === undefined ? undefined : listenAddress(freeswitchSip);
  if (backend?.transport !== 'udp' || !listen.some(({ transport }) => transport === 'udp'))
    throw new Error('FREESWITCH_FRONT is set: it must name udp, and FREESWITCH_SIP must begin with udp:.');
  if (new Set(listen.map(({ transport }) => transport)).size < listen.length)
    throw new Error('FREESWITCH_FRONT names a transport twice.');
  if (listen.some(({ address }) => isAny(address)) && advertisedHost === undefined)
    throw new Error('FREESWITCH_FRONT listens on every address: set SIP_ADVERTISED_ADDRESS, or name one address.');
  return {
    front: {
      network: networkWith(dnsResolver(settings.sipDnsServers)),
      listen: listen.map((one) => frontListen(one, settings)),
      backend: { host: backend.address, port: backend.port },
      edges: sipEdges.map(({ transport, address, port }) => ({ transport, host: address, port })),
      ...(advertisedHost === undefined ? {} : { advertisedHost }),
      decoySecret,
    },
  };
}

type Front = NonNullable<FreeSwitchSettings['front']>;

function frontListen(
  { transport, address, port }: ReturnType<typeof listenAddress>,
  settings: Settings,
): Front['listen'][number] {
  if (transport === 'tls') return { transport, address, port, tls: sipTlsIdentity(settings) };
  if (transport === 'udp' || transport === 'tcp') return { transport, address, port };
  throw new Error('FREESWITCH_FRONT speaks udp, tcp and tls: WebSocket ends at the edge.');
}

function isAny(address: string): boolean {
  return isIP(address) === 6 ? /^[0:]+$/.test(address) : address === '0.0.0.0';
}
