import { askForKey, failMenu } from '../ask-for-key.js';
import type { NodeRunner } from '../flow-node.js';
import { menuFrom } from '../menu-from.js';

export const dynamicMenu: NodeRunner<'dynamicMenu'> = async (node, visit) => {
  const menu = menuFrom(visit.variables.get(node.variable), node.targets);
  if ('fault' in menu) {
    const summary = `The menu in ${node.variable} cannot be used: ${menu.fault}`;
    visit.context.note({ kind: 'error', summary, detail: { node: node.id, variable: node.variable } });
    return failMenu(node, visit);
  }
  return askForKey(node, menu.keys, visit);
};
