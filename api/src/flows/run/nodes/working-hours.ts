import { leaveBy } from '../exits.js';
import type { NodeRunner } from '../flow-node.js';
import { isOpen } from '../is-open.js';

export const workingHours: NodeRunner<'workingHours'> = async (node, { contact, context }) => {
  const open = isOpen(node.hours, context.clock.now());
  contact.endsAs(open ? 'ivrEnd' : 'notWorkTime');
  return leaveBy(open ? 'open' : 'closed');
};
