import type { FlowNode } from './flow-document.js';
import { promptLists } from './prompts.js';

/** Something outside the flow that a node names. */
export interface FlowReference {
  readonly kind: 'audio' | 'skillGroup' | 'agent' | 'number' | 'flow';
  /** Its id; a flow's with `@1.0` behind it where a version is named. */
  readonly id: string;
  readonly node: string;
  /** JSON pointer in the node. */
  readonly field: string;
}

/** Everything outside the flow that its nodes name. */
export function referencesOf(nodes: Iterable<FlowNode>): readonly FlowReference[] {
  const found: FlowReference[] = [];
  for (const node of nodes) {
    const add = (kind: FlowReference['kind'], field: string, id: string | undefined) => {
      if (id !== undefined) found.push({ kind, id, node: node.id, field });
    };
    const addAll = (kind: FlowReference['kind'], field: string, ids: readonly string[] | undefined) => {
      for (const [index, id] of (ids ?? []).entries()) add(kind, `${field}/${index}`, id);
    };
    for (const [field, prompts] of promptLists(node)) {
      for (const [index, prompt] of prompts.entries())
        if (prompt.verb === 'play') add('audio', `/${field}/${index}/audioId`, prompt.audioId);
    }
    if (node.kind === 'play') add('audio', '/audioId', node.audioId);
    if ('skillGroupId' in node) add('skillGroup', '/skillGroupId', node.skillGroupId);
    if (node.kind === 'toSkillGroup') addAll('skillGroup', '/overflowSkillGroupIds', node.overflowSkillGroupIds);
    if (node.kind === 'toAgent') addAll('agent', '/agentIds', node.agentIds);
    if (node.kind === 'toExternalLine') addAll('number', '/callerNumberIds', node.callerNumberIds);
    if (node.kind === 'subFlow') add('flow', '/flowId', flowRef(node.flowId, node.version));
    if ('waitFlowId' in node) add('flow', '/waitFlowId', node.waitFlowId);
  }
  return found;
}

/** A flow and its version in one text, as `FlowVersion.flowRefs` has it. */
export function flowRef(flowId: string, version: string | undefined): string {
  return version === undefined ? flowId : `${flowId}@${version}`;
}

/** The two parts of such a text. */
export function partsOfFlowRef(ref: string): { readonly flowId: string; readonly version?: string } {
  const [flowId = '', version] = ref.split('@', 2);
  return version === undefined ? { flowId } : { flowId, version };
}
