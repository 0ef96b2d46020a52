import type { NewId } from '@hookswitch/kernel/ids';
import type { CallStore } from '../call-records/call-store.js';
import type { TimelineStore } from '../call-records/timeline/call-timeline.js';
import type { FlowSource } from '../flows/index.js';
import type { CallControl } from './control/call-control.js';
import type { CheckScript } from './routing/script-of-request.js';

/** What the operations on calls need. `control` is `calls.control` of a process with an engine, else `routedCallControl`. */
export interface CallApiDeps {
  readonly calls: CallStore;
  readonly control: CallControl;
  readonly timeline: TimelineStore;
  /** Which version a flow has now. */
  readonly flows: FlowSource;
  /** `checkScript` of `scripting`. */
  readonly checkScript: CheckScript;
  readonly newId: NewId;
}
