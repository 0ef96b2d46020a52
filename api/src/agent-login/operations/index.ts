import type { OperationHandlers } from '../../operation/handler.js';
import type { LoginDeps } from '../login-deps.js';
import { changeAgentPassword } from './change-agent-password.js';
import { changeAgentPhone } from './change-agent-phone.js';
import { createAgentLoginCode } from './create-agent-login-code.js';
import { createAgentPasswordReset } from './create-agent-password-reset.js';
import { createAgentPhoneCode } from './create-agent-phone-code.js';
import { createAgentSession } from './create-agent-session.js';
import { createAgentToken } from './create-agent-token.js';
import { deleteAgentSession } from './delete-agent-session.js';
import { deleteAgentSessions } from './delete-agent-sessions.js';
import { listAgentSessions } from './list-agent-sessions.js';
import { refreshAgentSession } from './refresh-agent-session.js';
import { resetAgentPassword } from './reset-agent-password.js';

/** The HTTP face of log-ins. */
export function agentLoginOperations(deps: LoginDeps) {
  return {
    createAgentSession: createAgentSession(deps),
    refreshAgentSession: refreshAgentSession(deps),
    listAgentSessions: listAgentSessions(deps),
    deleteAgentSession: deleteAgentSession(deps),
    deleteAgentSessions: deleteAgentSessions(deps),
    createAgentLoginCode: createAgentLoginCode(deps),
    createAgentPasswordReset: createAgentPasswordReset(deps),
    changeAgentPassword: changeAgentPassword(deps),
    resetAgentPassword: resetAgentPassword(deps),
    createAgentPhoneCode: createAgentPhoneCode(deps),
    changeAgentPhone: changeAgentPhone(deps),
    createAgentToken: createAgentToken(deps),
  } satisfies Partial<OperationHandlers>;
}
