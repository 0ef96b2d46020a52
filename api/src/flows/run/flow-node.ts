import type { NewId } from '@hookswitch/kernel/ids';
import type { Logger } from '@hookswitch/kernel/logger';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { FlowNodeKind } from '@hookswitch/openapi/flow-nodes';
import type { FlowRef } from '../../call-records/flow-ref.js';
import type { OutboundHttp } from '../../outbound-http/index.js';
import type { ScriptContext, ScriptEnd, ScriptLocation, ScriptPosition } from '../../scripting/index.js';
import type { FlowPace } from './flow-pace.js';
import type { ParsedNode } from './parsed-node.js';
import type { PressedKey, PressedKeys } from './pressed-keys.js';
import type { Secrets } from './secrets.js';
import type { FlowTurns } from './turns.js';

/**
 * What a kind of node does on a call. It ends soon after `visit.context.signal` aborts and leaves nothing playing or ringing behind; the runner then drops whatever exit it names.
 * What it throws ends the flow as failed: the caller hears the apology and is hung up, and the timeline says why.
 */
export type NodeRunner<Kind extends FlowNodeKind> = (node: ParsedNode<Kind>, visit: NodeVisit) => Promise<NodeExit>;

/** How a node was left. */
export type NodeExit =
  /** By one of its `exits`; one that leads nowhere hangs up. */
  | { readonly kind: 'exit'; readonly exit: string }
  /** To a node it named itself: a menu's key, a rule. `by` names the exit for timeline and counts: `key 1`, `rule 2`. */
  | { readonly kind: 'go-to'; readonly node: string; readonly by: string }
  /** The flow is over: back to what runs beside (talk, wait, flow above), or hung up. */
  | { readonly kind: 'end'; readonly by: FlowEndBy };

/** How a flow came to its end: an `end` node, one that says `hangUp` or `leave`, or an exit that leads nowhere (which hangs up, but for what runs beside a talk or a wait). */
export type FlowEndBy = 'end' | 'hangUp' | 'leave' | 'nowhere';

/** All that a node may use; the same for every node of a run. */
export interface NodeVisit {
  readonly call: LiveCall;
  /** What verbs use too: clock, audio, speech, children, queue, recorder, note, signal. */
  readonly context: ScriptContext;
  readonly logger: Logger;
  readonly variables: FlowVariables;
  /** BCP 47; the flow's own, in which its prompts are spoken already. */
  readonly language: string;
  readonly trail: KeyTrail;
  readonly contact: FlowContact;
  readonly services: FlowServices;
  readonly secrets: Secrets;
  /** What requests of this call are signed with; several while one is being replaced. */
  readonly signingSecrets: readonly string[];
  /** Adds to the timeline, with the flow, its version and the node. */
  note(event: FlowEvent, summary: string, detail: Readonly<Record<string, unknown>>): void;
  /** Runs another flow as part of this one. Rejects as a node does where that one breaks. */
  runFlow(ref: FlowRef): Promise<FlowEnd>;
  /** Runs a script as a step of this flow. Never rejects. */
  runScript(script: ScriptLocation): Promise<ScriptEnd>;
}

/** What a `flow` entry of a timeline tells. */
export type FlowEvent = 'started' | 'entered' | 'exit' | 'key' | 'variable' | 'unset' | 'request' | 'ended';

/** What nodes reach besides the call. */
export interface FlowServices {
  readonly http: OutboundHttp;
  readonly newId: NewId;
  readonly turns: FlowTurns;
  /** Absent where the installation cannot send short messages. */
  readonly sms?: FlowMessages | undefined;
}

/** Sends short messages for flows. */
export interface FlowMessages {
  /** Resolves once it was handed on; rejects where it was not. */
  send(message: { readonly accountId: string; readonly to: string; readonly text: string }): Promise<void>;
}

/** What a flow came to. */
export type FlowEnd =
  | { readonly kind: 'ended'; readonly by: FlowEndBy; readonly variables: Readonly<Record<string, string>> }
  /** There is no such flow, no published version, or too many are in one another; as a step of a script also: it broke. */
  | { readonly kind: 'failed'; readonly code: string }
  /** The call ended, or the run was interrupted. */
  | { readonly kind: 'stopped' };

/** Where a script stands that is a step of a flow, as its requests tell. */
export interface FlowPosition {
  readonly flowId: string;
  readonly version: string;
  /** Id of the node. */
  readonly node: string;
  readonly variables: Readonly<Record<string, string>>;
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

/** What flows in one another share: flows, scripts that are steps of them, and flows that are steps of those. */
export interface FlowNesting {
  /** How many flows are above. */
  readonly depth: number;
  readonly pace: FlowPace;
  readonly keys: PressedKeys;
  readonly secrets: Secrets;
}

/** Values that are there at this moment only, of names that the flow has not set itself: of a queue. Texts made with them do not count against the pace: a wait has its own. */
export type OtherValues = Readonly<Record<string, string>>;

/** The variables of a running flow. */
export interface FlowVariables {
  /** '' where it is not set; noted once in the timeline. */
  get(name: string): string;
  /** Sets one of the flow's own; a system variable's name is refused by validation. Notes it in the timeline, as `shown`. */
  set(name: string, value: string, shown?: string): void;
  /** `${name}` replaced, as text. One pass: what a value holds is not replaced again. At most 4,096 characters. */
  text(template: string, others?: OtherValues): string;
  /** `${name}` replaced, percent-encoded. Throws `FlowAddressError` where that is no http or https address, or too long. */
  url(template: string, others?: OtherValues): string;
  all(): Readonly<Record<string, string>>;
}

/** Keys the caller pressed with what they stood for, in order: agents see them in the offer, and the contact keeps them. `pressed` hands them on to `FlowContact.pressed`. */
export interface KeyTrail {
  pressed(key: string, label: string): void;
  readonly keys: readonly { readonly key: string; readonly label: string; readonly at: number }[];
}

/** The caller's contact: `ScriptContext.queue.contact()` makes it when a call's first flow begins, and answers the same one afterwards. Nothing of this fails or waits: the record is written behind it. */
export interface FlowContact {
  readonly id: string;
  /** What the record says if the call ends without an agent; the last said counts. A caller who hangs up where nothing but `ivrEnd` was said ends as `ivrGiveUp`. */
  endsAs(code: 'ivrEnd' | 'notWorkTime' | 'noSeatOnline'): void;
  /** A key with what it stood for: agents are offered the call with it, and the record keeps it. */
  pressed(key: string, label: string): void;
  /** The caller is asked for a rating: the record says `noInput` unless `rated` follows before the call ends. */
  asksForRating(): void;
  rated(rating: { readonly key: string; readonly label: string }): void;
  /** A message is being recorded. It counts from the moment the caller leaves it, also by hanging up. */
  voicemailBegins(message: { readonly recordingId: string; readonly skillGroupId?: string }): void;
  /** The message is complete; one of less than 2 seconds is none. */
  voicemailEnded(recordingId: string, durationSeconds: number): void;
  /** The caller wants to be called back. Rejects where it cannot be noted. */
  callback(request: { readonly number: string; readonly skillGroupId: string; readonly note?: string }): Promise<void>;
}
