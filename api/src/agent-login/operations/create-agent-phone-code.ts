import { isE164 } from '@hookswitch/kernel/phone-number';
import { AgentFieldTakenError } from '../../agents/index.js';
import type { OperationHandler } from '../../operation/handler.js';
import { InvalidRequestError } from '../../operation/request-errors.js';
import { limitCodes, sendCode } from '../codes.js';
import { agentToChange } from '../find-agent.js';
import type { LoginDeps } from '../login-deps.js';

export function createAgentPhoneCode(deps: LoginDeps): OperationHandler<'createAgentPhoneCode'> {
  return async ({ params, body: { phone } }, context) => {
    const { account } = context;
    const agent = await agentToChange(deps, context, params.agentId);
    if (!isE164(phone))
      throw new InvalidRequestError([{ pointer: '/phone', message: 'must be a number in E.164 with its plus sign' }]);
    const holder = await deps.agents.findOne(account.id, { phone });
    if (holder && holder.id !== agent.id) throw new AgentFieldTakenError('phone');
    await limitCodes(deps, account.id, phone, undefined);
    await sendCode(deps, agent, 'phone', phone);
    return { status: 202 };
  };
}
