import type { MediaPlane, MediaPlaneEvents, MediaPlaneSettings } from './media-plane.js';

/** Commands of a plane that cross to where it runs: everything but what the caller's side answers by itself. */
export type PlaneCommand = Exclude<keyof MediaPlane, 'events' | 'gauges' | 'whyNot'>;

/** Events that cross: a plane that ended says nothing. */
export type PlaneEvent = Exclude<keyof MediaPlaneEvents, 'gone'>;

/** A command on its way to the plane. Its answer carries the same `id`. */
export interface CommandMessage {
  /** 0: no answer is wanted. */
  readonly id: number;
  readonly command: PlaneCommand;
  readonly arguments: readonly unknown[];
}

/** What comes back: answers, legs that were not opened though nobody waited for it, and events, in the order in which they happened. */
export type PlaneMessage =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: PlaneFailure }
  | { readonly kind: 'unopened'; readonly legId: string; readonly failure: PlaneFailure }
  | { readonly kind: 'event'; readonly name: PlaneEvent; readonly values: readonly unknown[] };

/** An error as it crosses: classes do not survive the way. */
export interface PlaneFailure {
  readonly code: string | undefined;
  readonly message: string;
}

/** Carries commands to a plane, in order. What is posted after it ended goes nowhere. */
export interface PlaneLine {
  post(command: CommandMessage): void;
}

/** What the thread is started with. */
export interface ThreadStart {
  readonly settings: Partial<MediaPlaneSettings>;
}
