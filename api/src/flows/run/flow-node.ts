import type { Logger } from '@hookswitch/kernel/logger';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { FlowNodeKind } from '@hookswitch/openapi/flow-nodes';
import type { ScriptContext } from '../../scripting/index.js';
import type { FlowNode, FlowRef } from '../flow.js';

/**
 * What a kind of node does on a call. It ends soon after `visit.context.signal` aborts and leaves nothing playing or ringing behind; the runner then drops whatever exit it names.
 * What it throws ends the flow as failed: the caller hears the apology and is hung up, and the timeline says why.
 */
export type NodeRunner<Kind extends FlowNodeKind> = (node: ParsedNode<Kind>, visit: NodeVisit) => Promise<NodeExit>;

/** A node with the defaults of its schema filled in. */
export type ParsedNode<Kind extends FlowNodeKind = FlowNodeKind> = FlowNode<Kind>;

/** How a node was left. */
export type NodeExit =
  /** By one of its `exits`; one that leads nowhere hangs up. */
  | { readonly kind: 'exit'; readonly exit: string }
  /** To a node it named itself: a menu's key, a rule. `by` names the exit for timeline and counts: `key 1`, `rule 2`. */
  | { readonly kind: 'go-to'; readonly node: string; readonly by: string }
  /** The flow is over: back to what runs beside (talk, wait, flow above), or hung up. */
  | { readonly kind: 'end'; readonly hangUp: boolean; readonly leave: boolean };

/** All that a node may use. One for each node that is entered. */
export interface NodeVisit {
  readonly call: LiveCall;
  /** What verbs use too: clock, audio, speech, children, queue, recorder, note, signal. */
  readonly context: ScriptContext;
  readonly logger: Logger;
  readonly variables: FlowVariables;
  /** BCP 47; for prompts that name none. */
  readonly language: string;
  readonly trail: KeyTrail;
  readonly contact: FlowContact;
  /** Runs another flow as part of this one. Resolves to its end and its variables. */
  runFlow(ref: FlowRef, signal: AbortSignal): Promise<SubFlowEnd>;
}

export type SubFlowEnd =
  | { readonly kind: 'ended'; readonly hangUp: boolean; readonly variables: Readonly<Record<string, string>> }
  | { readonly kind: 'failed'; readonly code: string }
  | { readonly kind: 'call-ended' };

/** The variables of a running flow. */
export interface FlowVariables {
  /** '' where it is not set; noted once in the timeline. */
  get(name: string): string;
  /** Sets one of the flow's own; a system variable's name is refused by validation. Notes it in the timeline. */
  set(name: string, value: string): void;
  /** `${name}` replaced, as text. */
  text(template: string): string;
  /** `${name}` replaced, percent-encoded. */
  url(template: string): string;
  all(): Readonly<Record<string, string>>;
}

/** Keys the caller pressed with what they stood for, in order: agents see them in the offer, and the contact keeps them. */
export interface KeyTrail {
  pressed(key: string, label: string): void;
  readonly keys: readonly { readonly key: string; readonly label: string; readonly at: number }[];
}

/** The caller's contact, made when the flow begins. */
export interface FlowContact {
  readonly id: string;
  /** What the record says if the call ends in the flow; the last said counts. `ivrGiveUp` where the caller hangs up. */
  endsAs(code: 'ivrEnd' | 'notWorkTime' | 'noSeatOnline'): void;
  /** A rating, `noInput` as key where none came. */
  rated(rating: { readonly key: string; readonly label: string }): Promise<void>;
  /** A message the caller left. */
  voicemail(message: {
    readonly recordingId: string;
    readonly skillGroupId?: string;
    readonly durationSeconds: number;
  }): Promise<void>;
  /** The caller wants to be called back. */
  callback(request: { readonly number: string; readonly skillGroupId: string; readonly note?: string }): Promise<void>;
}
