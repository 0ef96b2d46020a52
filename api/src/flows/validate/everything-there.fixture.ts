import type { FlowReferences } from './flow-references.js';

/** An account that has whatever a flow names, but for ids that begin with those. */
export function everythingBut(
  missing: readonly string[] = [],
  subFlows: Readonly<Record<string, 'unknown' | 'unpublished' | readonly string[]>> = {},
): FlowReferences {
  return {
    missing: async (_accountId, _kind, ids) => ids.filter((id) => missing.some((start) => id.startsWith(start))),
    subFlows: async (_accountId, { flowId, version }) =>
      subFlows[version === undefined ? flowId : `${flowId}@${version}`] ?? [],
  };
}

/** An id of that kind that fits the schemas. */
export function idOf(prefix: string, serial = 1): string {
  return prefix + String(serial).padStart(32, '0');
}
