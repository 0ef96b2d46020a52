import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Settings } from '@hookswitch/api/config/settings';
import { addressRules } from '@hookswitch/api/outbound-http/index';
import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { Random } from '@hookswitch/kernel/random';
import { createEmbeddedEngine, type MediaRelayUse } from '@hookswitch/media/drivers/embedded/index';
import type { MediaPlane } from '@hookswitch/media/drivers/embedded/media-plane/media-plane';
import { createFreeSwitchEngine } from '@hookswitch/media/drivers/freeswitch/index';
import { dnsResolver } from '@hookswitch/media/net/dns-resolver';
import { localAddressChooser } from '@hookswitch/media/net/local-address';
import { networkWith } from '@hookswitch/media/net/system-network';
import { tcpLine } from '@hookswitch/media/net/tcp-line';
import type { AddressPolicy } from '@hookswitch/media/port/address-policy';
import type { CallEngine } from '@hookswitch/media/port/call-engine';
import type { SipDirectory } from '@hookswitch/media/port/sip-directory';
import { callsSurvive } from './calls-survive.js';
import { eventLoopSampleMs } from './event-loop-sample.js';
import { freeSwitchFront } from './freeswitch-front.js';
import { sipTlsIdentity } from './sip-tls-identity.js';

export interface ServerEngineDeps {
  readonly settings: Settings;
  readonly directory: SipDirectory;
  readonly nodeId: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly mediaPlane: MediaPlane;
  readonly mediaRelay?: MediaRelayUse;
  /** The same on every node. */
  readonly decoySecret: Buffer;
}

/** The media stack of a server: the embedded engine on the machine's own sockets. */
export function createServerEngine(deps: ServerEngineDeps): CallEngine {
  const { settings } = deps;
  const delay = monitorEventLoopDelay({ resolution: eventLoopSampleMs });
  delay.enable();
  return createEmbeddedEngine({
    ...deps,
    listen: settings.sipListen.map((one) => ({
      ...one,
      origins: settings.sipWsOrigins,
      ...(one.transport === 'tls' || one.transport === 'wss' ? { tls: sipTlsIdentity(settings) } : {}),
    })),
    ...(settings.sipAdvertisedAddress === undefined ? {} : { advertisedAddress: settings.sipAdvertisedAddress }),
    edges: settings.sipEdges,
    localAddressTowards: ownAddressTowards(settings.sipListen, localAddressChooser()),
    network: networkWith(dnsResolver(settings.sipDnsServers)),
    addressPolicy: sipAddressPolicy(settings),
    codecs: settings.sipCodecs,
    // Timer D is as long as a peer repeats its answer, its timer H of 64 T1: 32 s by default (RFC 3261 17.1.1.2).
    timers: { t1: settings.sipT1Ms, d: 64 * settings.sipT1Ms },
    limits: { maxCalls: settings.maxCalls * 2 },
    sessionExpiresSeconds: settings.sipSessionExpiresSeconds,
    snapshots: callsSurvive(settings),
    eventLoopLagMs: () => {
      if (delay.count === 0) return undefined;
      const lag = delay.mean / 1e6 - eventLoopSampleMs;
      delay.reset();
      return Math.max(0, lag);
    },
  });
}

/** The other media stack of a server: a FreeSWITCH beside it. */
export function createServerFreeSwitch(deps: Omit<ServerEngineDeps, 'mediaPlane' | 'mediaRelay'>): CallEngine {
  const { settings } = deps;
  const { freeswitchEsl: esl, freeswitchSounds: folder, freeswitchSip } = settings;
  if (!esl || !folder) throw new Error('MEDIA_ENGINE is freeswitch: set FREESWITCH_ESL and FREESWITCH_SOUNDS.');
  return createFreeSwitchEngine({
    ...deps,
    address: `${esl.host}:${esl.port}`,
    open: tcpLine(esl.host, esl.port),
    password: esl.password,
    folder,
    profile: settings.freeswitchProfile,
    ...(freeswitchSip === undefined ? {} : { sipAddress: freeswitchSip }),
    addressPolicy: sipAddressPolicy(settings),
    mediaLossMs: settings.mediaLossSeconds * 1000,
    maxCalls: settings.maxCalls * 2,
    ...freeSwitchFront(settings, deps.decoySecret),
    snapshots: callsSurvive(settings),
  });
}

/** Several nodes on one machine each listen on a loopback address of their own, and only there do peers on this machine reach them. */
function ownAddressTowards(
  listen: Settings['sipListen'],
  choose: (remote: string) => string,
): (remote: string) => string {
  const [own, ...others] = new Set(
    listen.map(({ address }) => address).filter((address) => address.startsWith('127.')),
  );
  if (own === undefined || others.length > 0) return choose;
  return (remote) => (remote.startsWith('127.') ? own : choose(remote));
}

/** The rules of outbound HTTP, with lists of their own: SIP may reach PBXs that no script URL has business with. */
function sipAddressPolicy({ sipPrivateTargets, sipTrunkPrivateTargets }: Settings): AddressPolicy {
  const rules = {
    anybody: addressRules(sipPrivateTargets),
    installation: addressRules([...sipPrivateTargets, ...sipTrunkPrivateTargets]),
  };
  return { refusal: (address, namedBy) => rules[namedBy].refusal(address) };
}
