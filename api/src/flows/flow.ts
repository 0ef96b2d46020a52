import type { FlowRef } from '../call-records/flow-ref.js';
import type { TenantRecord } from '../store/tenant-collection.js';
import type { ParsedFlow } from './document/parsed-flow.js';

/** A flow of an account. Its draft and the documents of its versions are kept apart (`StoredFlowDocument`), since they may be large. */
export interface Flow extends TenantRecord {
  readonly id: string; // FL…
  /** Unique in the account. */
  readonly name: string;
  readonly description: string;
  /** Agents may send customers through it (SOFTIN-18). */
  readonly selfService?: boolean;
  /** What runs where no version is named; absent before the first is published. */
  readonly liveVersion?: string;
}

/** A published version: never changed. */
export interface FlowVersion extends TenantRecord {
  readonly id: string; // FV…
  readonly flowId: string;
  /** `1.0`, unique in the flow. */
  readonly number: string;
  /** Why it was made. */
  readonly note?: string;
  /** Key or agent that published it. */
  readonly publishedBy: string;
  /** What its nodes name, so that it is found by it. */
  readonly audioIds: readonly string[];
  /** Sub-flows and waiting flows. */
  readonly flowIds: readonly string[];
  /** The same with versions: `FL…`, or `FL…@1.0` where one is named. */
  readonly flowRefs: readonly string[];
}

/** A draft (its id is the flow's) or the document of a version (its id is the version's), as JSON text: a draft may hold whatever names it likes. */
export interface StoredFlowDocument extends TenantRecord {
  readonly flowId: string;
  readonly json: string;
}

/** A version to run, shared by all calls that run it. */
export interface RunnableFlow {
  readonly flowId: string;
  readonly name: string;
  readonly version: string;
  readonly flow: ParsedFlow;
}

/** Where a runner finds what to run; cached, since a version never changes. */
export interface FlowSource {
  /** Rejects with `FlowNotFoundError` (no such flow or version) or `FlowNotPublishedError` (no live version). */
  find(accountId: string, ref: FlowRef): Promise<RunnableFlow>;
}
