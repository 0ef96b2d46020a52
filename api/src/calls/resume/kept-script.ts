import type { CallScript } from '../../call-records/call.js';
import type { ScriptPosition } from '../../scripting/index.js';

/** A script that runs. */
export interface KeptScript {
  /** What it began with. */
  readonly of: CallScript;
  /** Where it stands; absent at its beginning. */
  readonly position?: ScriptPosition;
}
