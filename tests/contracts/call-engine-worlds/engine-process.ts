import type { Clock } from '@hookswitch/kernel/clock';
import { silentLogger } from '@hookswitch/kernel/logger';
import type { Random } from '@hookswitch/kernel/random';
import { createEmbeddedEngine, type EmbeddedEngineSettings } from '@hookswitch/media/drivers/embedded/index';
import type { MediaNetwork } from '@hookswitch/media/drivers/embedded/media-plane/media-network';
import type { PlaneKeeper } from '@hookswitch/media/drivers/embedded/media-plane/plane-keeper';
import type { SipNetwork } from '@hookswitch/media/net/sip-network';
import type { CallEngine } from '@hookswitch/media/port/call-engine';
import type { MediaRelay } from '@hookswitch/media/port/media-relay';
import type { SipDirectory } from '@hookswitch/media/port/sip-directory';
import { Mortal, ProcessClock } from '@hookswitch/simulation/mortal';
import { Deaf, MortalNetwork } from '@hookswitch/simulation/mortal-network';

export interface EngineProcessParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: SipNetwork;
  readonly media: MediaNetwork;
  /** Has the media plane, which outlives the engine. */
  readonly keeper: PlaneKeeper;
  /** Its own control of the relay. */
  readonly mediaRelay?: () => Promise<MediaRelay>;
  readonly directory: SipDirectory;
  readonly engineAddress: string;
  readonly transport: 'udp' | 'tcp';
  /** 0 for any free port. */
  readonly port: number;
  readonly more?: Partial<EmbeddedEngineSettings>;
}

/** An embedded engine that can die: its sockets close, its timers never fire, and nobody is told. */
export interface EngineProcess {
  readonly engine: CallEngine;
  readonly relay: MediaRelay | undefined;
  kill(): void;
}

export async function engineProcess(parts: EngineProcessParts): Promise<EngineProcess> {
  const { network, media, engineAddress, transport, port, keeper } = parts;
  const mortal = new Mortal();
  const seat = keeper.seat('contract', () => mortal.kill());
  const relay = await parts.mediaRelay?.();
  const own = {
    dns: network.dns,
    listen: network.listen.bind(network),
    bind: media.bind.bind(media),
  };
  const engine = createEmbeddedEngine({
    listen: [{ transport, address: engineAddress, port }],
    localAddressTowards: () => engineAddress,
    directory: parts.directory,
    nodeId: 'contract',
    network: new MortalNetwork(own, mortal, new Deaf()),
    mediaPlane: seat.plane,
    ...(relay ? { mediaRelay: { relay, when: 'always' } } : {}),
    clock: new ProcessClock(parts.clock, mortal),
    random: parts.random,
    logger: silentLogger,
    timers: { t1: 50, t2: 400, t4: 100, d: 200 },
    snapshots: true,
    ...parts.more,
  });
  return {
    engine,
    relay,
    kill: () => {
      mortal.kill();
      seat.leave();
    },
  };
}
