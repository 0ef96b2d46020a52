import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { CaptureStore } from '@hookswitch/media/drivers/embedded/media-plane/capture-store';
import { inMemoryControl } from '@hookswitch/media/drivers/embedded/media-plane/in-memory-control';
import { createInProcessMediaPlane } from '@hookswitch/media/drivers/embedded/media-plane/in-process-media-plane';
import type { MediaPlane } from '@hookswitch/media/drivers/embedded/media-plane/media-plane';
import { PlaneKeeper } from '@hookswitch/media/drivers/embedded/media-plane/plane-keeper';
import type { VirtualNetwork } from '@hookswitch/media/net/virtual-network';
import type { Chance } from './chance.js';
import { Mortal } from './mortal.js';
import { type Deaf, MortalNetwork } from './mortal-network.js';

/** How long sound goes on without a process that controls it, milliseconds. */
const orphanMs = 30_000;

export interface KeptSoundParts {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly network: VirtualNetwork;
  readonly deaf: Deaf;
  readonly captures: CaptureStore;
  readonly logger: Logger;
}

/** The media processes of a simulated installation, one on each address: they outlive the processes that control them. */
export class KeptSound {
  readonly #parts: KeptSoundParts;
  readonly #keepers = new Map<string, PlaneKeeper>();

  constructor(parts: KeptSoundParts) {
    this.#parts = parts;
  }

  /** The sound of that node, for this process. */
  of(address: string, nodeId: string, mortal: Mortal): MediaPlane {
    const control = inMemoryControl(this.#keeper(address), nodeId, () => mortal.kill());
    mortal.onDeath(control.abandon);
    return control.plane;
  }

  #keeper(address: string): PlaneKeeper {
    const { clock, chance, network, deaf, captures, logger } = this.#parts;
    let keeper = this.#keepers.get(address);
    if (!keeper) {
      const own = new MortalNetwork(network, new Mortal(), deaf);
      const plane = createInProcessMediaPlane({}, { clock, random: chance.random, network: own, captures });
      keeper = new PlaneKeeper(plane, { clock, logger, orphanMs });
      this.#keepers.set(address, keeper);
    }
    return keeper;
  }
}
