import type { FlowNodeKind } from '@hookswitch/openapi/flow-nodes';
import type { NodeExit, NodeRunner, NodeVisit } from './flow-node.js';
import { callApi } from './nodes/call-api.js';
import { callback } from './nodes/callback.js';
import { collectDigits } from './nodes/collect-digits.js';
import { condition } from './nodes/condition.js';
import { dynamicMenu } from './nodes/dynamic-menu.js';
import { end } from './nodes/end.js';
import { menu } from './nodes/menu.js';
import { play } from './nodes/play.js';
import { say } from './nodes/say.js';
import { sendMessage } from './nodes/send-message.js';
import { setVariable } from './nodes/set-variable.js';
import { start } from './nodes/start.js';
import { subFlow } from './nodes/sub-flow.js';
import { survey } from './nodes/survey.js';
import { toAgent } from './nodes/to-agent.js';
import { toExternalLine } from './nodes/to-external-line.js';
import { toSkillGroup } from './nodes/to-skill-group.js';
import { voicemail } from './nodes/voicemail.js';
import { webhookScript } from './nodes/webhook-script.js';
import { workingHours } from './nodes/working-hours.js';
import type { ParsedNode } from './parsed-node.js';

/** Every kind of node. A kind of the API description that is missing here does not compile. */
const nodes: { readonly [Kind in FlowNodeKind]: NodeRunner<Kind> } = {
  callApi,
  callback,
  collectDigits,
  condition,
  dynamicMenu,
  end,
  menu,
  play,
  say,
  sendMessage,
  setVariable,
  start,
  subFlow,
  survey,
  toAgent,
  toExternalLine,
  toSkillGroup,
  voicemail,
  webhookScript,
  workingHours,
};

/** Carries one node out. */
export function runNode<Kind extends FlowNodeKind>(node: ParsedNode<Kind>, visit: NodeVisit): Promise<NodeExit> {
  const run = nodes[node.kind as Kind] as NodeRunner<Kind>;
  return run(node, visit);
}
