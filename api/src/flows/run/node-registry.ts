import type { FlowNodeKind } from '@hookswitch/openapi/flow-nodes';
import type { NodeExit, NodeRunner, NodeVisit } from './flow-node.js';
import { collectDigits } from './nodes/collect-digits.js';
import { condition } from './nodes/condition.js';
import { dynamicMenu } from './nodes/dynamic-menu.js';
import { end } from './nodes/end.js';
import { menu } from './nodes/menu.js';
import { play } from './nodes/play.js';
import { say } from './nodes/say.js';
import { setVariable } from './nodes/set-variable.js';
import { start } from './nodes/start.js';
import { workingHours } from './nodes/working-hours.js';
import type { ParsedNode } from './parsed-node.js';

const unfinished = async (): Promise<NodeExit> => {
  throw new TypeError('This kind of node does not run yet.');
};

/** Every kind of node. A kind of the API description that is missing here does not compile. */
const nodes: { readonly [Kind in FlowNodeKind]: NodeRunner<Kind> } = {
  callApi: unfinished,
  callback: unfinished,
  collectDigits,
  condition,
  dynamicMenu,
  end,
  menu,
  play,
  say,
  sendMessage: unfinished,
  setVariable,
  start,
  subFlow: unfinished,
  survey: unfinished,
  toAgent: unfinished,
  toExternalLine: unfinished,
  toSkillGroup: unfinished,
  voicemail: unfinished,
  webhookScript: unfinished,
  workingHours,
};

/** Carries one node out. */
export function runNode<Kind extends FlowNodeKind>(node: ParsedNode<Kind>, visit: NodeVisit): Promise<NodeExit> {
  const run = nodes[node.kind as Kind] as NodeRunner<Kind>;
  return run(node, visit);
}
