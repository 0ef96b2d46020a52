import type { Conference, ParticipantChange } from './conference.js';

export const changeCommand = 'conference.change.v1';
export const removeCommand = 'conference.remove.v1';
export const endCommand = 'conference.end.v1';
export const playCommand = 'conference.play.v1';

type Of = Pick<Conference, 'accountId' | 'name'> & { readonly conferenceId: string };

/** What is played to those who are in a conference. */
export type ConferenceSound =
  | { readonly url: string; readonly loops: number }
  | { readonly audioId: string; readonly loops: number }
  | { readonly text: string; readonly language: string; readonly voice?: string };

/**
 * What the API asks of live conferences; entered on the node that mixes one, and for sounds on each node that has calls in it.
 *
 * Rejects with `ConferenceElsewhereError` where the node does not have it any more, `ParticipantNotThereError`, `ConferenceHasNoRoomError`, and what the look-up of a sound says.
 */
export interface ConferenceControl {
  change(request: Of & { readonly callId: string; readonly change: ParticipantChange }): Promise<void>;
  remove(request: Of & { readonly callId: string }): Promise<void>;
  end(request: Of): Promise<void>;
  /** Begins to play to those of these calls that this node has. Resolves when the sound is there. */
  play(request: PlayToCalls): Promise<void>;
}

export interface PlayToCalls {
  readonly accountId: string;
  readonly conferenceId: string;
  readonly callIds: readonly string[];
  readonly sound: ConferenceSound;
}
