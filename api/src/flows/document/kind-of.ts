import { type FlowNodeKind, flowNodeKinds } from '@hookswitch/openapi/flow-nodes';

/** The kind, where there is one of that name. */
export function kindOf(name: unknown): FlowNodeKind | undefined {
  return flowNodeKinds.find((kind) => kind === name);
}
