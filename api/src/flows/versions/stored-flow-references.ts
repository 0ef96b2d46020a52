import type { FlowStores } from '../flow-stores.js';
import type { FlowReferences } from '../validate/flow-references.js';

/** A collection whose records flows may name by id. */
export interface NamedByFlows {
  list(
    accountId: string,
    query: { readonly where?: { readonly id?: { readonly in: readonly string[] } }; readonly limit?: number },
  ): Promise<{ readonly items: readonly { readonly id: string }[] }>;
}

export interface StoredFlowReferencesDeps extends Pick<FlowStores, 'flows' | 'flowVersions'> {
  readonly audio: NamedByFlows;
  readonly skillGroups: NamedByFlows;
  readonly agents: NamedByFlows;
  readonly numbers: NamedByFlows;
}

/** Looks up what flows name in the stores, a hundred ids at a time. */
export function storedFlowReferences(deps: StoredFlowReferencesDeps): FlowReferences {
  const stores = { audio: deps.audio, skillGroup: deps.skillGroups, agent: deps.agents, number: deps.numbers };
  return {
    async missing(accountId, kind, ids) {
      const there = new Set<string>();
      for (let at = 0; at < ids.length; at += 100) {
        const where = { id: { in: ids.slice(at, at + 100) } };
        const { items } = await stores[kind].list(accountId, { where, limit: 100 });
        for (const { id } of items) there.add(id);
      }
      return ids.filter((id) => !there.has(id));
    },
    subFlows: storedSubFlows(deps),
  };
}

/** What the flows in the stores run in turn. */
export function storedSubFlows({
  flows,
  flowVersions,
}: Pick<FlowStores, 'flows' | 'flowVersions'>): FlowReferences['subFlows'] {
  return async (accountId, { flowId, version }) => {
    const flow = await flows.get(accountId, flowId);
    if (!flow) return 'unknown';
    const number = version ?? flow.liveVersion;
    if (number === undefined) return 'unpublished';
    return (await flowVersions.findOne(accountId, { flowId, number }))?.flowRefs ?? 'unknown';
  };
}
