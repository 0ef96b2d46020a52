import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { ReferResult } from '@hookswitch/media/port/transfer';
import { end, goTo, type Outcome, proceed } from '../outcome.js';
import { referAway } from '../refer-away.js';
import { absolute } from '../result-target.js';
import type { ParsedVerb } from '../script.js';
import type { ScriptContext, Verb } from '../script-context.js';

export const refer: Verb<'refer'> = async (verb, call, context) => {
  await call.answer();
  return outcome(verb, call, context, await send(verb, call, context));
};

async function send(verb: ParsedVerb<'refer'>, call: LiveCall, context: ScriptContext): Promise<ReferResult> {
  const { referTo, callId, referredBy, referredByDisplayName, headers } = verb;
  const to = referTo ?? context.children.legOf(callId!);
  if (to === undefined) {
    context.note({ kind: 'error', summary: `refer: ${callId} is no live call of the account on this node` });
    return { end: 'refused', referStatus: 481 };
  }
  const timeoutSeconds = verb.timeout;
  return referAway(
    call,
    {
      to,
      timeoutSeconds,
      ...(referredBy === undefined ? {} : { referredBy }),
      ...(referredByDisplayName === undefined ? {} : { referredByDisplayName }),
      ...(headers === undefined ? {} : { headers }),
    },
    context,
  );
}

/** Tells `action` where there is one, also when the call is over; an interrupted script has nobody to tell. */
function outcome(
  verb: ParsedVerb<'refer'>,
  call: LiveCall,
  context: ScriptContext,
  { end: referStatus, referStatus: referSipStatus, notifyStatus: notifySipStatus }: ReferResult,
): Outcome {
  if (context.signal.aborted && call.status !== 'ended') return proceed();
  if (verb.action === undefined) return referStatus === 'transferred' ? end() : proceed();
  return goTo(absolute(verb.action, context), {
    verb: 'refer',
    referStatus,
    ...(referSipStatus === undefined ? {} : { referSipStatus }),
    ...(notifySipStatus === undefined ? {} : { notifySipStatus }),
  });
}
