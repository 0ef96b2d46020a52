import type { CommandMessage, PlaneMessage } from '../plane-messages.js';

/** Both ends must have the same: another one is refused, and asked to be brought up to date. */
export const protocolVersion = 2;

/** A control says who it is, before anything else. */
export interface Hello {
  readonly kind: 'hello';
  readonly version: number;
  readonly nodeId: string;
}

/** Samples of a sound follow. Commands name it by its number from then on. */
export interface SoundBegins {
  readonly kind: 'sound';
  readonly soundId: number;
  /** Names the content. */
  readonly key: string;
  readonly sampleRate: number;
  /** How many samples it has. */
  readonly length: number;
}

/** No further command names the sound. */
export interface SoundForgotten {
  readonly kind: 'forget';
  readonly soundId: number;
}

/** Asks for a `pong`. */
export interface Ping {
  readonly kind: 'ping';
}

/** What a control says: these, and commands (without a kind). */
export type ControlMessage = Hello | SoundBegins | SoundForgotten | Ping | CommandMessage;

/** What the plane says. */
export type PlaneSocketMessage =
  | PlaneMessage
  | { readonly kind: 'welcome' }
  /** It does not take this control, or not any more; the connection ends. */
  | { readonly kind: 'refused'; readonly why: string }
  /** Another process of the same node took the plane; the connection ends. */
  | { readonly kind: 'replaced' }
  /** `stopping`: it opens no leg any more. */
  | { readonly kind: 'pong'; readonly stopping: boolean };

/** A sound within a command, as it crosses. */
export interface SoundByNumber {
  readonly kind: 'audio';
  readonly soundId: number;
}
