import type { FlowNode } from '../document/flow-document.js';
import { errorAt, type FlowFault, warningAt } from '../document/flow-fault.js';
import { textsOf, variablesIn } from '../document/texts.js';
import { systemVariableNames } from '../run/system-variables.js';

const systemNames: ReadonlySet<string> = new Set(systemVariableNames);
const variableName = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** Variables that may not be set, and those that are used and never set. */
export function checkVariables(nodes: readonly FlowNode[]): readonly FlowFault[] {
  const faults: FlowFault[] = [];
  const set = new Set<string>();
  for (const node of nodes) {
    for (const { field, name } of setBy(node)) {
      set.add(name);
      if (systemNames.has(name))
        faults.push(errorAt(node.id, field, 'system-variable', `is a system variable, which cannot be set: ${name}.`));
      else if (!variableName.test(name))
        faults.push(
          errorAt(
            node.id,
            field,
            'wrong-variable-name',
            `is no name of a variable: ${name}. Give one as \`variable\`.`,
          ),
        );
    }
  }
  for (const node of nodes) {
    const told = new Set<string>();
    for (const { field, name } of usedBy(node)) {
      if (set.has(name) || systemNames.has(name) || told.has(name)) continue;
      told.add(name);
      const message = `uses ${name}, which no node sets: it is empty unless the call brings it.`;
      faults.push(warningAt(node.id, field, 'variable-never-set', message));
    }
  }
  return faults;
}

interface NamedAt {
  readonly field: string;
  readonly name: string;
}

function setBy(node: FlowNode): readonly NamedAt[] {
  switch (node.kind) {
    case 'start':
    case 'setVariable':
      return (node.variables ?? []).map(({ name }, index) => ({ field: `/variables/${index}/name`, name }));
    case 'collectDigits':
      return [{ field: '/variable', name: node.variable }];
    case 'callApi':
    case 'subFlow':
      return (node.outputs ?? []).map(({ name, variable }, index) => ({
        field: `/outputs/${index}/${variable === undefined ? 'name' : 'variable'}`,
        name: variable ?? name,
      }));
    case 'survey':
      if (node.variable === undefined) return [];
      return [node.variable, `${node.variable}Label`].map((name) => ({ field: '/variable', name }));
    default:
      return [];
  }
}

function usedBy(node: FlowNode): readonly NamedAt[] {
  const inTexts = textsOf(node).flatMap(({ field, text }) => variablesIn(text).map((name) => ({ field, name })));
  return node.kind === 'dynamicMenu' ? [{ field: '/variable', name: node.variable }, ...inTexts] : inTexts;
}
