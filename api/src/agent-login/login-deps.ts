import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { Logger } from '@hookswitch/kernel/logger';
import type { Random } from '@hookswitch/kernel/random';
import type { AccountStore } from '../accounts/index.js';
import type { AgentDeps, AgentStore } from '../agents/index.js';
import type { Settings } from '../config/settings.js';
import type { FailureCounter } from '../failed-attempts/failure-counter.js';
import type { Notifier } from '../notifications/index.js';
import type { RoleStore } from '../roles/index.js';
import type { SecretBox } from '../secrets/index.js';
import type { AgentSession, SessionStore } from './agent-session.js';
import type { AgentTokenStore } from './agent-token.js';
import type { CredentialStore } from './credential.js';
import type { OneTimeCodeStore } from './one-time-code.js';

/** What the log-in use cases need. */
export interface LoginDeps extends Pick<AgentDeps, 'skillGroups' | 'agentChanged'> {
  readonly accounts: Pick<AccountStore, 'acrossAccounts'>;
  readonly agents: AgentStore;
  readonly roles: Pick<RoleStore, 'get'>;
  readonly credentials: CredentialStore;
  readonly codes: OneTimeCodeStore;
  readonly sessions: SessionStore;
  readonly tokens: AgentTokenStore;
  readonly attempts: FailureCounter;
  readonly notifier: Pick<Notifier, 'notify' | 'check'>;
  /** Told after sessions ended, so that connected clients of them are closed. */
  readonly sessionsEnded: (sessions: readonly AgentSession[]) => Promise<void>;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: NewId;
  readonly logger: Logger;
  readonly settings: Pick<
    Settings,
    'accessTokenMinutes' | 'sessionHours' | 'loginFailures' | 'loginLockMinutes' | 'loginCodeMinutes'
  >;
}
