import type { FlowRef } from '../../call-records/flow-ref.js';
import type { FlowSource, RunnableFlow } from '../flow.js';
import { FlowNotFoundError } from '../flow-errors.js';

/** Most flows that are looked for. */
const mostFlows = 100;

/** Where a simulated flow finds what it runs. */
export interface FoundFlows extends FlowSource {
  readonly all: readonly RunnableFlow[];
}

/** A flow with all that it may run, found before it runs: nothing is waited for on a simulated clock. */
export async function flowsWithin(accountId: string, root: RunnableFlow, source: FlowSource): Promise<FoundFlows> {
  const found = new Map<string, RunnableFlow>([[keyOf({ flowId: root.flowId, version: root.version }), root]]);
  const faults = new Map<string, unknown>();
  const left: FlowRef[] = flowsNamedIn(root);
  for (let ref = left.pop(); ref !== undefined; ref = left.pop()) {
    const key = keyOf(ref);
    if (found.has(key) || faults.has(key) || found.size >= mostFlows) continue;
    try {
      const flow = await source.find(accountId, ref);
      found.set(key, flow);
      left.push(...flowsNamedIn(flow));
    } catch (error) {
      faults.set(key, error);
    }
  }
  return {
    all: [...found.values()],
    async find(_accountId, ref) {
      const flow = found.get(keyOf(ref));
      if (flow) return flow;
      throw faults.get(keyOf(ref)) ?? new FlowNotFoundError(ref.flowId, ref.version);
    },
  };
}

function keyOf({ flowId, version = 'live' }: FlowRef): string {
  return `${flowId}@${version}`;
}

function flowsNamedIn({ flow }: RunnableFlow): FlowRef[] {
  const refs: FlowRef[] = [];
  for (const node of flow.nodes.values()) {
    if (node.kind === 'subFlow') {
      refs.push({ flowId: node.flowId, ...(node.version === undefined ? {} : { version: node.version }) });
    } else if ((node.kind === 'toSkillGroup' || node.kind === 'toAgent') && node.waitFlowId !== undefined) {
      refs.push({ flowId: node.waitFlowId });
    }
  }
  return refs;
}
