import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { ObjectStore } from '../objects/object-store.js';
import type { AudioDecoder } from './audio-decoder.js';
import type { AudioStore } from './audio-file.js';

/** What the audio use cases need. */
export interface AudioDeps {
  readonly audio: AudioStore;
  readonly objects: Pick<ObjectStore, 'put' | 'open' | 'remove'>;
  readonly decoder: AudioDecoder;
  /** What uses a sound, in words for the user: `version 1.0 of the flow Main line`. */
  readonly audioUsers: (accountId: string, audioId: string) => Promise<readonly string[]>;
  readonly clock: Clock;
  readonly newId: NewId;
}
