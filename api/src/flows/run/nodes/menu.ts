import { askForKey } from '../ask-for-key.js';
import type { NodeRunner } from '../flow-node.js';

export const menu: NodeRunner<'menu'> = (node, visit) =>
  askForKey(
    node,
    node.keys.map(({ key, label = '', next }) => ({ key, label, next })),
    visit,
  );
