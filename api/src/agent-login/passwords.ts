import type { Agent } from '../agents/index.js';
import { changeRecord } from '../store/change-record.js';
import { timestamp } from '../store/timestamp.js';
import { useCode } from './codes.js';
import type { AgentCredential } from './credential.js';
import { limitAttempts } from './limit-attempts.js';
import type { LoginDeps } from './login-deps.js';
import { CodeWrongError, PasswordWrongError } from './login-errors.js';
import { hashPassword, verifyPassword } from './password-hash.js';
import { checkPassword, makePassword } from './password-rule.js';
import { endSessions } from './sessions.js';

/** An agent changes its own password; its other sessions end. @throws PasswordWrongError, LoginLockedError, InvalidRequestError */
export async function changeOwnPassword(
  deps: LoginDeps,
  agent: Agent,
  { currentPassword, newPassword }: { readonly currentPassword: string; readonly newPassword: string },
  keptSessionId: string | undefined,
): Promise<void> {
  checkPassword(newPassword, agent.email, '/newPassword');
  await limitAttempts(deps, `login:${agent.accountId}:${agent.email}`, undefined, async () => {
    const credential = await deps.credentials.get(agent.accountId, agent.id);
    if (!(await verifyPassword(currentPassword, credential?.passwordHash))) throw new PasswordWrongError();
  });
  await storePassword(deps, agent, await hashPassword(newPassword, 'chosen', deps.random));
  await endSessions(deps, agent, 'passwordChanged', keptSessionId);
}

/** An administrator sets an agent's password, or has one made and mailed. All sessions end. @throws InvalidRequestError, ChannelMissingError */
export async function resetPassword(deps: LoginDeps, agent: Agent, password: string | undefined): Promise<void> {
  if (password === undefined) await mailNewPassword(deps, agent, 'passwordReset');
  else {
    checkPassword(password, agent.email, '/password');
    await storePassword(deps, agent, await hashPassword(password, 'chosen', deps.random));
  }
  await deps.attempts.clear(`login:${agent.accountId}:${agent.email}`);
  await endSessions(deps, agent, 'passwordChanged');
}

/** An agent who forgot its password sets another with a code to its phone. All sessions end. @throws CodeWrongError, LoginLockedError, InvalidRequestError */
export async function resetPasswordByCode(
  deps: LoginDeps,
  request: {
    readonly accountId: string;
    readonly phone: string;
    readonly code: string;
    readonly newPassword: string;
  },
  address: string,
): Promise<void> {
  const { accountId, phone, code, newPassword } = request;
  checkPassword(newPassword, '', '/newPassword');
  const agent = await limitAttempts(deps, `password-reset:${accountId}:${phone}`, address, async () => {
    const found = await deps.agents.findOne(accountId, { phone });
    if (!found || !(await useCode(deps, found, 'passwordReset', phone, code))) throw new CodeWrongError();
    return found;
  });
  checkPassword(newPassword, agent.email, '/newPassword');
  await storePassword(deps, agent, await hashPassword(newPassword, 'chosen', deps.random));
  await endSessions(deps, agent, 'passwordChanged');
}

/** Makes a password and mails it. @throws ChannelMissingError */
export async function mailNewPassword(
  deps: LoginDeps,
  agent: Agent,
  purpose: 'firstPassword' | 'passwordReset',
): Promise<void> {
  const password = makePassword(deps.random);
  await storePassword(deps, agent, await hashPassword(password, 'made', deps.random));
  const first = purpose === 'firstPassword';
  deps.notifier.notify('email', {
    accountId: agent.accountId,
    to: agent.email,
    purpose,
    subject: first ? 'Your access to the contact centre' : 'Your new password',
    text: [
      `Hello ${agent.name},`,
      '',
      first ? 'You were added to a contact centre.' : 'Your password was reset.',
      '',
      `Account: ${agent.accountId}`,
      `E-mail: ${agent.email}`,
      `Password: ${password}`,
      '',
      'Please change the password after you log in.',
      '',
    ].join('\n'),
  });
}

/** Stores a password's hash, whether the agent had one before or not. */
async function storePassword({ credentials, clock }: LoginDeps, agent: Agent, passwordHash: string): Promise<void> {
  const { id, accountId } = agent;
  const changed = await changeRecord(credentials, clock, accountId, id, (one) => ({ ...one, passwordHash }));
  if (changed) return;
  const now = timestamp(clock);
  const made: AgentCredential = { id, accountId, passwordHash, revision: 1, createdAt: now, updatedAt: now };
  await credentials.insert(made);
}
