import type { FlowReference } from '../document/references.js';

/** What is outside of flows and named by them. */
export interface FlowReferences {
  /** Those of the ids that the account does not have. */
  missing(
    accountId: string,
    kind: Exclude<FlowReference['kind'], 'flow'>,
    ids: readonly string[],
  ): Promise<readonly string[]>;
  /** What a flow runs in turn, as `FL…` or `FL…@1.0`; of the live version where none is named. */
  subFlows(
    accountId: string,
    ref: { readonly flowId: string; readonly version?: string },
  ): Promise<'unknown' | 'unpublished' | readonly string[]>;
}
