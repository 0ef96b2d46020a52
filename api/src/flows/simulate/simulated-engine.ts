import type { Clock } from '@hookswitch/kernel/clock';
import type { CallEngine } from '@hookswitch/media/port/call-engine';
import type { Sound } from '@hookswitch/media/port/sound';

/** An engine without sound, and the phones out there: for one imagined call, on a clock of its own. */
export interface SimulatedEngine extends CallEngine {
  readonly network: {
    /** Somebody calls. */
    call(call: {
      readonly from: string;
      readonly to: string;
      readonly source: { readonly kind: 'trunk'; readonly id: string };
    }): SimulatedPhone;
    /** What happens at a dialled number from now on. Times in milliseconds from the call. */
    phone(
      user: string,
      behaviour: {
        readonly answerAfterMs?: number;
        readonly refuse?: { readonly afterMs: number; readonly status: number };
      },
    ): void;
  };
}

export type MakeSimulatedEngine = (clock: Clock) => SimulatedEngine;

/** A phone out there. */
export interface SimulatedPhone {
  press(digits: string): void;
  hangUp(): void;
  /** All it heard, in order. Times are the clock's. */
  readonly heard: readonly {
    readonly sound: Sound;
    readonly from: 'far-end' | 'play' | 'hold' | 'peer';
    readonly startedAt: number;
    readonly endedAt: number | undefined;
  }[];
}
