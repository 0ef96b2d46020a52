import { pause } from '@hookswitch/kernel/clock';
import { isE164 } from '@hookswitch/kernel/phone-number';
import { leaveBy } from '../exits.js';
import type { NodeRunner, NodeVisit } from '../flow-node.js';

/** A gateway that takes longer keeps the caller in silence. */
const longestMs = 5000;

export const sendMessage: NodeRunner<'sendMessage'> = async (node, visit) => {
  const to = visit.variables.text(node.to).trim();
  const fault = await send(to, visit.variables.text(node.text), visit);
  if (fault === undefined) return leaveBy('next');
  visit.context.note({ kind: 'error', summary: `The short message was not sent: ${fault}`, detail: { to } });
  return leaveBy(node.exits.failed === undefined ? 'next' : 'failed');
};

/** Hands a message over, or says why not. */
async function send(to: string, text: string, visit: NodeVisit): Promise<string | undefined> {
  const { services, context, logger } = visit;
  if (!isE164(to)) return 'the number is none.';
  if (!services.sms) return 'this installation cannot send any.';
  const late = new AbortController();
  try {
    const sent = services.sms.send({ accountId: context.accountId, to, text });
    const inTime = pause(context.clock, longestMs, AbortSignal.any([context.signal, late.signal])).then(() => 'late');
    return (await Promise.race([sent, inTime])) === 'late' ? 'the gateway took too long.' : undefined;
  } catch (error) {
    logger.warn({ err: error }, 'a short message of a flow was not sent');
    return 'the gateway refused it.';
  } finally {
    late.abort('sent');
  }
}
