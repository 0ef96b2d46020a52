import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { FlowCounts } from './counts/flow-counts.js';
import type { FlowStores } from './flow-stores.js';
import type { FlowReferences } from './validate/flow-references.js';
import type { FlowNames } from './versions/flow-names.js';

/** What the use cases on flows need. */
export interface FlowDeps extends FlowStores {
  readonly flowReferences: FlowReferences;
  /** Everything outside of flows that may name one: numbers, settings. */
  readonly flowUsers: readonly FlowUser[];
  /** By which names an exported flow names things. */
  readonly flowNames: FlowNames;
  readonly flowCounts: FlowCounts;
  readonly clock: Clock;
  readonly newId: NewId;
}

/**
 * Who uses a flow, in words for the user (`number +14155550100`). With a version, who names that one; without, who names the flow, whichever version.
 */
export type FlowUser = (
  accountId: string,
  flow: { readonly flowId: string; readonly version?: string },
) => Promise<readonly string[]>;
