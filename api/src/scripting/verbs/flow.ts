import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { FlowStepEnd } from '../flow/flow-end.js';
import { end, goTo, leave, type Outcome, proceed } from '../outcome.js';
import { absolute } from '../result-target.js';
import type { Verb } from '../script-context.js';

export const flow: Verb<'flow'> = async (verb, call, context) => {
  const { flowId, version, variables, action } = verb;
  const step = await context.runFlow({
    flowId,
    ...(version === undefined ? {} : { version }),
    ...(variables === undefined ? {} : { variables }),
  });
  if (step.end.kind === 'stopped' && call.status !== 'ended') return proceed(); // interrupted: there is nobody to tell
  if (step.end.kind === 'ended' && step.end.by === 'leave') return leave();
  const result = { verb: 'flow', flowId, ...resultOf(step) };
  if (result.flowResult === 'hungUp') call.hangUp();
  if (action !== undefined) return goTo(absolute(action, context), result);
  context.note({ kind: 'verb', summary: `flow ended: ${result.flowResult}`, detail: { result } });
  return afterwards(call);
};

function resultOf({ end: { kind, ...end }, version, keys }: FlowStepEnd) {
  const known = { ...(version === undefined ? {} : { version }), keys };
  if ('variables' in end) {
    return { flowResult: end.by === 'end' ? 'ended' : 'hungUp', ...known, variables: end.variables };
  }
  if ('code' in end) return { flowResult: kind, ...known, errorCode: end.code, variables: {} };
  return { flowResult: 'callEnded', ...known, variables: {} };
}

function afterwards(call: LiveCall): Outcome {
  return call.status === 'ended' ? end() : proceed();
}
