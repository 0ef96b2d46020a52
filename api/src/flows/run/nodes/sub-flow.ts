import { endFlow, leaveBy } from '../exits.js';
import type { NodeRunner } from '../flow-node.js';

export const subFlow: NodeRunner<'subFlow'> = async (node, visit) => {
  const { flowId, version, inputs = [], outputs = [] } = node;
  const end = await visit.runFlow({
    flowId,
    ...(version === undefined ? {} : { version }),
    variables: Object.fromEntries(inputs.map(({ name, value }) => [name, visit.variables.text(value)])),
  });
  if (end.kind === 'failed') return leaveBy('failed');
  if (end.kind === 'stopped') return leaveBy('next');
  if (end.by !== 'end') return endFlow(end.by);
  for (const { name, variable = name } of outputs) visit.variables.set(variable, end.variables[name] ?? '');
  return leaveBy('next');
};
