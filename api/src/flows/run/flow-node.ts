import type { NewId } from '@hookswitch/kernel/ids';
import type { Logger } from '@hookswitch/kernel/logger';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { FlowNodeKind } from '@hookswitch/openapi/flow-nodes';
import type { FlowRef } from '../../call-records/flow-ref.js';
import type { OutboundHttp } from '../../outbound-http/index.js';
import type { FlowContact } from '../../scripting/flow/flow-contact.js';
import type { FlowEnd, FlowEndBy } from '../../scripting/flow/flow-end.js';
import type { FlowSecrets } from '../../scripting/flow/flow-nesting.js';
import type { ScriptContext, ScriptEnd, ScriptLocation } from '../../scripting/index.js';
import type { ParsedNode } from './parsed-node.js';
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
  readonly secrets: FlowSecrets;
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
