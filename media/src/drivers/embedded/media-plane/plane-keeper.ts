import { BaseError } from '@hookswitch/kernel/base-error';
import type { Clock } from '@hookswitch/kernel/clock';
import { Emitter } from '@hookswitch/kernel/emitter';
import type { Logger } from '@hookswitch/kernel/logger';
import { MediaPlaneLostError } from '../../../port/engine-errors.js';
import type { MediaPlane, MediaPlaneEvents, OpenLeg } from './media-plane.js';

/** Keys that are kept of a leg while nobody listens. */
const mostKeptDigits = 64;

/** The plane has another control, or legs of one that may come back. */
export class PlaneTakenError extends BaseError {
  constructor(nodeId: string, legs: number) {
    super(
      'conflict',
      'media-plane-taken',
      `The media plane belongs to node ${nodeId}, with ${legs} legs open. Each node needs a media process of its own (MEDIA_PLANE_SOCKET); one that took another name (NODE_ID) has to wait until those legs are closed.`,
    );
  }
}

export interface PlaneKeeperParts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long legs stay open without a control, milliseconds. */
  readonly orphanMs: number;
}

/** Who controls the plane, from its coming until `leave`. */
export interface ControlSeat {
  /** The plane as this control has it. Only what is under way at `leave` may still end; no event comes after it. */
  readonly plane: MediaPlane;
  /** The control is gone: its legs wait for the next one. */
  leave(): void;
}

interface Seated extends ControlSeat {
  readonly events: Emitter<MediaPlaneEvents>;
  /** Another process of the same node took its place. */
  readonly replaced: () => void;
}

/** Keeps a media plane for one control after another, and what is open on it while there is none. */
export class PlaneKeeper {
  readonly #plane: MediaPlane;
  readonly #parts: PlaneKeeperParts;
  readonly #digits = new Map<string, string>();
  #nodeId = '';
  #seated: Seated | undefined;
  /** What is open is nobody's: also after a new control came, until it took over. */
  #orphaned = false;
  #stopping = false;
  #cancelWait: (() => void) | undefined;

  constructor(plane: MediaPlane, parts: PlaneKeeperParts) {
    this.#plane = plane;
    this.#parts = parts;
    plane.events.on('digit', (...values) => {
      if (this.#orphaned) this.#keepDigit(values[0], values[1]);
      else this.#seated?.events.emit('digit', ...values);
    });
    plane.events.on('mediaLost', (...values) => this.#seated?.events.emit('mediaLost', ...values));
    plane.events.on('sendFailed', (...values) => this.#seated?.events.emit('sendFailed', ...values));
  }

  /** The node that controls it now. */
  get nodeId(): string | undefined {
    return this.#seated && this.#nodeId;
  }

  /** Legs that wait for a control to take them over. */
  get orphans(): number {
    return this.#orphaned ? this.#plane.gauges().legs : 0;
  }

  /**
   * A control comes. One of the same node that is there is told that it is `replaced`; what either left open is for the new one's `takeOver`.
   * @throws PlaneTakenError where it is another node's: that has a control, or legs open
   */
  seat(nodeId: string, replaced: () => void): ControlSeat {
    const { legs } = this.#plane.gauges();
    if (nodeId !== this.#nodeId && (this.#seated || legs > 0)) throw new PlaneTakenError(this.#nodeId, legs);
    const former = this.#seated;
    former?.leave();
    former?.replaced();
    this.#nodeId = nodeId;
    const events = new Emitter<MediaPlaneEvents>((err, event) =>
      this.#parts.logger.error({ err, event }, 'a listener of the media plane failed'),
    );
    const seated: Seated = { events, replaced, plane: this.#planeFor(events), leave: () => this.#left(seated) };
    this.#seated = seated;
    return seated;
  }

  /** Whether it takes no new legs any more. */
  get stopping(): boolean {
    return this.#stopping;
  }

  /** Opens no leg from now on; those that are open go on. */
  refuseNew(): void {
    this.#stopping = true;
  }

  /** Closes what is open, and the plane. */
  async stop(): Promise<void> {
    this.#cancelWait?.();
    await this.#plane.stop();
  }

  #planeFor(events: Emitter<MediaPlaneEvents>): MediaPlane {
    const plane = this.#plane;
    const takeOver: MediaPlane['takeOver'] = async (legIds) => {
      this.#cancelWait?.();
      const taken = await plane.takeOver(legIds);
      // It may have gone meanwhile: then they are the next one's.
      return this.#seated?.events === events ? this.#adopted(taken) : [];
    };
    return {
      ...plane,
      events,
      takeOver,
      prepare: async (bindAddress, count) =>
        this.#stopping || this.#orphaned ? [] : plane.prepare(bindAddress, count),
      open: async (legId, options) => {
        // A port that was prepared may be in an answer already: its leg comes still.
        if (this.#stopping && options.port === undefined) throw new MediaPlaneLostError('it is being stopped');
        if (this.#orphaned) await takeOver([]);
        return plane.open(legId, options);
      },
      async stop() {
        await takeOver([]);
      },
    };
  }

  #left(seated: Seated): void {
    if (this.#seated !== seated) return;
    this.#seated = undefined;
    this.#orphaned = true;
    this.#cancelWait?.();
    this.#cancelWait = this.#parts.clock.after(this.#parts.orphanMs, () => void this.#giveUp());
  }

  async #giveUp(): Promise<void> {
    const { legs } = this.#plane.gauges();
    if (legs > 0)
      this.#parts.logger.error(
        { legs, nodeId: this.#nodeId },
        'no control took these calls over; their media is closed',
      );
    this.#adopted(await this.#plane.takeOver([]));
  }

  /** What is open has an owner again. */
  #adopted(taken: readonly OpenLeg[]): OpenLeg[] {
    const legs = taken.map((leg) => ({ ...leg, digits: this.#digits.get(leg.legId) ?? '' }));
    this.#orphaned = false;
    this.#digits.clear();
    return legs;
  }

  #keepDigit(legId: string, digit: string): void {
    const kept = this.#digits.get(legId) ?? '';
    if (kept.length < mostKeptDigits) this.#digits.set(legId, kept + digit);
  }
}
