import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { Call } from '../call-records/call.js';
import type { FlowRef } from '../call-records/flow-ref.js';
import type { NewTimelineEntry } from '../call-records/timeline/call-timeline.js';
import type { FlowStepEnd } from './flow/flow-end.js';
import type { FlowNesting } from './flow/flow-nesting.js';
import type { FlowPosition } from './flow/flow-position.js';
import type { CallConferences, CallQueue, ChildCalls } from './script-context.js';
import type { ScriptEnd } from './script-end.js';
import type { ScriptLocation } from './script-location.js';
import type { FlowStanding, ScriptPosition } from './script-position.js';

/**
 * Runs scripts on live calls: asks the developer for one, carries its verbs out one after another, follows redirects and actions.
 *
 * What must hold:
 * - `run` never rejects; whatever goes wrong is told on the call's timeline and by the `ScriptEnd`.
 * - It settles soon after `signal` aborts or the leg ends (an end that has to be told to a verb's action is told first; the answer is ignored).
 * - After a script of its own (not an aside) that was not interrupted, the leg has been hung up or refused.
 * - After an interruption nothing plays, no child call of the script lives, and the leg is left as it was, ready for the next script.
 */
export interface ScriptRunner {
  run(request: RunScript): Promise<ScriptEnd>;
}

/** Runs flows too: whatever a call is told to do. */
export interface FlowRunner extends ScriptRunner {
  /** Runs a flow as a step of a script: at its end, also by failure, the script goes on. Never rejects. */
  runStep(request: RunScript, ref: FlowRef, place?: FlowPlace): Promise<FlowStepEnd>;
}

/** Where flows begin, and who is told where they stand, whenever that is elsewhere than before. */
export interface FlowPlace {
  /** Default: at the start. */
  readonly from?: FlowStanding | undefined;
  readonly reached?: ((standing: FlowStanding) => void) | undefined;
}

export interface RunScript {
  /** The call's record as it is now; asked again for each request to the developer. */
  readonly call: () => Call;
  readonly leg: LiveCall;
  readonly script: ScriptLocation;
  /** What keys the requests are signed with: the application's secrets, else the account's; several while one is being replaced. `whsec_…` or base64. */
  readonly signingSecrets: readonly string[];
  /** Abort it to interrupt the script: a new one takes its place, or the platform stops. Abort with a word for the timeline as reason. */
  readonly signal: AbortSignal;
  /** Raises the call's script revision and answers it. Called whenever a document starts to run (and not for one that could not be had). */
  nextRevision(): number;
  /** Adds to the call's timeline. */
  note(entry: Omit<NewTimelineEntry, 'accountId' | 'callId'>): void;
  /** Sets tags of the call. */
  tag(tags: Readonly<Record<string, string>>): Promise<void>;
  readonly children: ChildCalls;
  readonly queue: CallQueue;
  readonly conferences: CallConferences;
  /**
   * A script beside the call's own: running out of verbs, or `leave`, leaves it, the call stays up, and it may not dial or queue. Where none can be had a `whisper` (a dialled party before
   * it is connected) is hung up, and an `interlude` (a caller who waits, or is sent there by an agent) stays.
   */
  readonly aside?: 'whisper' | 'interlude';
  /** The script is a step of a flow: where it runs out of verbs, or none can be had, the flow goes on. Requests for scripts say which. */
  readonly stepOf?: FlowPosition;
  /** The flows above, where it runs within some. */
  readonly nesting?: FlowNesting;
  /** Goes on from there: the verb, or the node, begins again, but for a talk, which goes on. Default: the beginning. */
  readonly from?: ScriptPosition;
  /** Told where the script stands now, whenever that is elsewhere than before. */
  readonly reached?: (position: ScriptPosition) => void;
}
