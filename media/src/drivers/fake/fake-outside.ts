import { writeFile } from 'node:fs/promises';
import type { Clock } from '@hookswitch/kernel/clock';
import { TimerSet } from '../../port/timer-set.js';
import type { FakeFarEnd } from './fake-far-end.js';
import { FakeIncomingLine } from './fake-incoming-line.js';
import type { FakeLine } from './fake-line.js';
import { FakeNetwork, type PlacedCall } from './fake-network.js';
import type { SaveRecording } from './fake-recording.js';
import { FakeSound } from './fake-sound.js';

export interface FakeOutsideSettings {
  /** Goes on while no engine runs. */
  readonly clock: Clock;
  /** How long each message takes to or from a far end, milliseconds. Default 0 (which is still a timer of the clock). */
  readonly latencyMs?: number;
  /** Where recordings go. Default: the file system. */
  readonly save?: SaveRecording;
}

/** Who answers out there. */
export interface EngineSide {
  takeCall(call: PlacedCall): FakeFarEnd;
  bindingChanged(endpointId: string, state: 'registered' | 'unregistered'): void;
}

/** All that outlives an engine's process: phones and carriers, the lines to them, and the sound of the calls. Engines that follow each other share one. */
export class FakeOutside {
  readonly timers: TimerSet;
  readonly network: FakeNetwork;
  /** By call id. */
  readonly sounds = new Map<string, FakeSound>();
  readonly lines = new Set<FakeLine>();
  readonly #latencyMs: number;
  readonly #save: SaveRecording;
  #engine: EngineSide | undefined;

  constructor({ clock, latencyMs = 0, save = (path, render) => writeFile(path, render()) }: FakeOutsideSettings) {
    this.timers = new TimerSet(clock);
    this.#latencyMs = latencyMs;
    this.#save = save;
    this.network = new FakeNetwork(
      (call) => this.#engine?.takeCall(call) ?? this.#unanswered(call),
      (endpointId, state) => this.#engine?.bindingChanged(endpointId, state),
    );
  }

  /** This one answers from now on; undefined: nobody. */
  answeredBy(engine: EngineSide | undefined): void {
    this.#engine = engine;
  }

  /** Does it when a message has crossed the network. */
  later(act: () => void): void {
    this.timers.after(this.#latencyMs, act);
  }

  openSound(callId: string): FakeSound {
    const sound = new FakeSound(callId, this.timers, this.#save);
    this.sounds.set(callId, sound);
    return sound;
  }

  /** The sound of this call stops, as when a media plane dies. */
  async loseSound(callId: string): Promise<void> {
    await this.sounds.get(callId)?.close();
    this.sounds.delete(callId);
  }

  #unanswered(call: PlacedCall): FakeFarEnd {
    const line = new FakeIncomingLine(call, this);
    line.orphan();
    return line.farEnd;
  }
}
