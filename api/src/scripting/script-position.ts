import type { FlowPosition, PressedKey } from './flow/flow-position.js';
import type { VerbResult } from './outcome.js';
import type { Script } from './script.js';
import type { ScriptFailure } from './script-source.js';

/** Where a script stands, so that a later process goes on from there (`RunScript.from`). Plain data. */
export type ScriptPosition =
  /** The next document is to be asked for. */
  | { readonly kind: 'ask'; readonly url: string; readonly result?: VerbResult; readonly error?: ScriptFailure }
  /** At the first of these verbs, which are left of a document that runs. */
  | {
      readonly kind: 'verb';
      readonly verbs: Script;
      /** Of the first of them, in the document. */
      readonly index: number;
      /** Where the document came from; undefined for one given inline. */
      readonly documentUrl?: string;
      /** The verb is a `dial`, and both talk. */
      readonly talk?: DialTalk;
      /** The verb is a `flow`, and stands there. */
      readonly flow?: FlowStanding;
    }
  /** In a flow, which is no step of a script. */
  | ({ readonly kind: 'flow' } & FlowStanding);

/** The talk that a `dial` led to. Times are milliseconds since the epoch. */
export interface DialTalk {
  readonly dialCallId: string;
  readonly answeredAt: number;
  /** When its time limit is over. */
  readonly until: number;
  readonly recordingId?: string;
}

/** The talk of a `dial` in which a script is, however deep in flows; undefined where it is in none. Pure. */
export function talkIn(position: ScriptPosition | undefined): DialTalk | undefined {
  if (position?.kind === 'verb') return position.talk ?? talkIn(position.flow?.script);
  return position?.kind === 'flow' ? talkIn(position.script) : undefined;
}

/** Where the flows of a call stand, so that a later process goes on at those nodes, each of which begins again. Plain data. */
export interface FlowStanding {
  /** The outermost first; each of the others runs in the node of the one before. */
  readonly places: readonly FlowPosition[];
  readonly keys: readonly PressedKey[];
  /** What was entered that no timeline may show. */
  readonly secrets: readonly string[];
  /** Where the script stands that the innermost node runs. */
  readonly script?: ScriptPosition;
}
