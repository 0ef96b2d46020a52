import type { FlowNodeKind, FlowNodes } from '@hookswitch/openapi/flow-nodes';
import type { Schema } from '@hookswitch/openapi/operations';

/** A flow as its author sends and reads it. */
export type FlowDocument = Schema<'FlowDocument'>;

/** One node of a document; with a kind, that kind's. */
export type FlowNode<Kind extends FlowNodeKind = FlowNodeKind> = FlowNodes[Kind];

/** A flow of an account: what is being worked on, and which of its versions calls run that name none. Times are milliseconds since the epoch. */
export interface Flow {
  readonly id: string; // FL…
  readonly accountId: string;
  /** Unique in the account. */
  readonly name: string;
  readonly description: string;
  /** May be incomplete: it is checked when it is published. */
  readonly draft: FlowDocument;
  /** What runs where no version is named; undefined before the first is published. */
  readonly liveVersion?: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly revision: number;
}

/** A published version: never changed. */
export interface FlowVersion {
  readonly id: string; // FV…
  readonly accountId: string;
  readonly flowId: string;
  /** `1.0`, unique in the flow. */
  readonly number: string;
  readonly document: FlowDocument;
  /** Why it was made. */
  readonly note?: string;
  /** Key or agent that published it. */
  readonly publishedBy: string;
  readonly createdAt: number;
}

/** A flow that a call, a number or a node names. */
export interface FlowRef {
  readonly flowId: string;
  /** The live one where absent. */
  readonly version?: string;
  /** Values of its own variables at the start; names it does not know are taken too. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** A version to run. */
export interface RunnableFlow {
  readonly flowId: string;
  readonly name: string;
  readonly version: string;
  readonly document: FlowDocument;
}

/** Where a runner finds what to run; cached, since a version never changes. */
export interface FlowSource {
  /** Rejects with `FlowNotFoundError` (no such flow or version) or `FlowNotPublishedError` (no live version). */
  find(accountId: string, ref: FlowRef): Promise<RunnableFlow>;
}
