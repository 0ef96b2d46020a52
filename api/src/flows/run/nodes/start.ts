import { leaveBy } from '../exits.js';
import type { NodeRunner } from '../flow-node.js';

export const start: NodeRunner<'start'> = async () => leaveBy('next');
