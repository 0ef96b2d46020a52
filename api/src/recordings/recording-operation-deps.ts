import type { ObjectStore } from '../objects/index.js';
import type { RecordingStore } from './recording.js';

/** What the operations of recordings need. */
export interface RecordingOperationDeps {
  readonly recordings: RecordingStore;
  readonly objects: Pick<ObjectStore, 'open' | 'remove'>;
}
