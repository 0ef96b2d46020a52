import type { Logger } from '@hookswitch/kernel/logger';
import { createLogger, silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import type { EmbeddedEngineSettings } from '@hookswitch/media/drivers/embedded/index';
import { createInProcessMediaPlane } from '@hookswitch/media/drivers/embedded/media-plane/in-process-media-plane';
import type { MediaPlane } from '@hookswitch/media/drivers/embedded/media-plane/media-plane';
import { PlaneKeeper } from '@hookswitch/media/drivers/embedded/media-plane/plane-keeper';
import { MemorySipDirectory } from '@hookswitch/media/drivers/embedded/memory-sip-directory';
import { RawPeer } from '@hookswitch/media/drivers/embedded/raw-peer.fixture';
import { VirtualNetwork } from '@hookswitch/media/net/virtual-network';
import type { CallEngine, DialTarget, IncomingCall } from '@hookswitch/media/port/call-engine';
import type { LegSnapshot, RestoredLeg } from '@hookswitch/media/port/leg-snapshot';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { Transport } from '@hookswitch/media/sip/flow';
import { type EngineProcess, engineProcess } from '../contracts/call-engine-worlds/engine-process.js';

const engineAddress = '10.0.0.1';

/** An embedded engine that can be killed and followed by another, and peers that write SIP by hand. */
export class TwoProcesses {
  readonly clock = new ManualClock();
  readonly directory = new MemorySipDirectory(this.clock);
  /** Lines of the log, warnings and worse. */
  readonly log: string[] = [];
  readonly incoming: IncomingCall[] = [];
  readonly #random = seededRandom(5);
  readonly #network = new VirtualNetwork(this.clock, this.#random);
  readonly #plane: MediaPlane;
  readonly #keeper: PlaneKeeper;
  readonly #more: Partial<EmbeddedEngineSettings>;
  #alive: EngineProcess | undefined;

  constructor(more: Partial<EmbeddedEngineSettings> = {}) {
    this.#more = more;
    const { clock } = this;
    this.#plane = createInProcessMediaPlane(
      { mediaLossMs: 600_000 },
      { clock, random: this.#random, network: this.#network },
    );
    this.#keeper = new PlaneKeeper(this.#plane, { clock, logger: silentLogger, orphanMs: 30_000 });
    this.directory.addTrunk('TK-1', '10.0.0.2');
  }

  get engine(): CallEngine {
    return this.#alive!.engine;
  }

  async start(): Promise<this> {
    await this.#make();
    await this.engine.start();
    return this;
  }

  peer(address: string, transport?: Transport): Promise<RawPeer> {
    return RawPeer.open(this.#network, this.clock, address, { address: engineAddress, port: 5060 }, transport);
  }

  /** Calls somebody; the INVITE is there. */
  async dial(target: DialTarget): Promise<LiveCall> {
    const leg = this.engine.dial({ callId: 'CA1', target, from: '100', ringTimeoutMs: 30_000 });
    await this.clock.advanceAsync(100);
    return leg;
  }

  /** As JSON of a store. */
  snapshotOf(leg: LiveCall): LegSnapshot {
    return JSON.parse(JSON.stringify(leg.snapshot())) as LegSnapshot;
  }

  /** Kills the process, and closes all that its media plane has. */
  async loseSound(): Promise<void> {
    this.#alive?.kill();
    await this.#plane.takeOver([]);
  }

  /** Kills the process, and starts another that takes these over. */
  async restart(snapshots: readonly LegSnapshot[]): Promise<readonly RestoredLeg[]> {
    this.#alive?.kill();
    await this.#make();
    const restored = await this.engine.restore(snapshots);
    await this.engine.start();
    await this.clock.advanceAsync(100);
    return restored;
  }

  async close(): Promise<void> {
    const stopped = this.engine.stop(0);
    await this.clock.advanceAsync(60_000);
    await stopped;
    await this.#keeper.stop();
  }

  async #make(): Promise<void> {
    this.#alive = await engineProcess({
      clock: this.clock,
      random: this.#random,
      network: this.#network,
      media: this.#network,
      keeper: this.#keeper,
      directory: this.directory,
      engineAddress,
      transport: 'udp',
      port: 5060,
      more: { logger: this.#logger(), ...this.#more },
    });
    this.engine.events.on('incoming', (call) => this.incoming.push(call));
  }

  #logger(): Logger {
    const destination = { write: (line: string) => void this.log.push(line) };
    return createLogger({ level: 'warn', destination });
  }
}
