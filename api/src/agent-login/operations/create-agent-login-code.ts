import type { OperationHandler } from '../../operation/handler.js';
import { limitCodes, sendCode } from '../codes.js';
import type { LoginDeps } from '../login-deps.js';

/** The same answer whether the number is anybody's or not. */
export function createAgentLoginCode(deps: LoginDeps): OperationHandler<'createAgentLoginCode'> {
  return async ({ body: { accountId, phone, purpose = 'login' } }, { address }) => {
    deps.notifier.check('sms');
    await limitCodes(deps, accountId, phone, address);
    const agent = await deps.agents.findOne(accountId, { phone });
    const credential = agent && (await deps.credentials.get(accountId, agent.id));
    // A phone that an administrator wrote down is the agent's only once the agent was here.
    if (agent && agent.blockedAt === undefined && credential?.firstLoginAt !== undefined)
      // Behind the answer, which must not take longer for a number that is somebody's.
      sendCode(deps, agent, purpose, phone).catch((error: unknown) =>
        deps.logger.error({ err: error, agentId: agent.id }, 'a code could not be made'),
      );
    return { status: 202 };
  };
}
