import { isIP } from 'node:net';
import { listenAddress } from '@hookswitch/api/config/setting';
import type { Settings } from '@hookswitch/api/config/settings';
import type { FreeSwitchSettings } from '@hookswitch/media/drivers/freeswitch/index';
import { dnsResolver } from '@hookswitch/media/net/dns-resolver';
import { networkWith } from '@hookswitch/media/net/system-network';

/** The SIP front of a node with FreeSWITCH, where the settings want one. Throws with a sentence where they do not fit together. */
export function freeSwitchFront(settings: Settings, decoySecret: Buffer): Pick<FreeSwitchSettings, 'front'> {
  const { freeswitchFront: listen, freeswitchSip, sipAdvertisedAddress: advertisedHost, sipEdges } = settings;
  if (listen === undefined) return {};
  const backend = freeswitchSip === undefined ? undefined : listenAddress(freeswitchSip);
  if (listen.transport !== 'udp' || backend?.transport !== 'udp')
    throw new Error('FREESWITCH_FRONT is set: both it and FREESWITCH_SIP must begin with udp:.');
  if (isAny(listen.address) && advertisedHost === undefined)
    throw new Error('FREESWITCH_FRONT listens on every address: set SIP_ADVERTISED_ADDRESS, or name one address.');
  return {
    front: {
      network: networkWith(dnsResolver(settings.sipDnsServers)),
      address: listen.address,
      port: listen.port,
      backend: { host: backend.address, port: backend.port },
      edges: sipEdges.map(({ transport, address, port }) => ({ transport, host: address, port })),
      ...(advertisedHost === undefined ? {} : { advertisedHost }),
      decoySecret,
    },
  };
}

function isAny(address: string): boolean {
  return isIP(address) === 6 ? /^[0:]+$/.test(address) : address === '0.0.0.0';
}
