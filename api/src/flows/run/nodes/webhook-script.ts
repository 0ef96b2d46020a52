import { addressOf } from '../address-of.js';
import { endFlow, leaveBy } from '../exits.js';
import type { NodeRunner } from '../flow-node.js';

export const webhookScript: NodeRunner<'webhookScript'> = async (node, visit) => {
  const url = addressOf(node.url, visit);
  const fallbackUrl = node.fallbackUrl === undefined ? undefined : addressOf(node.fallbackUrl, visit);
  if (url === undefined) return leaveBy('failed');
  const end = await visit.runScript({ url, ...(fallbackUrl === undefined ? {} : { fallbackUrl }) });
  if (end.kind === 'failed') return leaveBy('failed');
  return end.kind === 'left' && end.by === 'leave' ? endFlow('leave') : leaveBy('next');
};
