import type { FlowNode } from '../document/flow-document.js';
import { errorAt, type FlowFault } from '../document/flow-fault.js';

const premiumKinds: ReadonlySet<FlowNode['kind']> = new Set(['callApi', 'collectDigits', 'condition', 'dynamicMenu']);
const premiumFields: { readonly [Kind in FlowNode['kind']]?: readonly string[] } = {
  toSkillGroup: ['overflowSkillGroupIds', 'specifiedAgentsUrl'],
  survey: ['variable'],
};

/** What an account of the standard edition may not use. */
export function checkEdition(nodes: readonly FlowNode[], edition: 'standard' | 'premium'): readonly FlowFault[] {
  if (edition === 'premium') return [];
  return nodes.flatMap((node) => {
    if (premiumKinds.has(node.kind))
      return [errorAt(node.id, '/kind', 'edition-required', `${node.kind} needs an account of the premium edition.`)];
    return (premiumFields[node.kind] ?? []).flatMap((field) =>
      field in node
        ? [errorAt(node.id, `/${field}`, 'edition-required', 'needs an account of the premium edition.')]
        : [],
    );
  });
}
