import type { LoginDeps } from './login-deps.js';
import { LoginLockedError } from './login-errors.js';

/** Addresses may fail so many times as often as one login: an office has one. */
const addressFactor = 20;

/**
 * Makes one attempt to prove who one is, if there are any left for that login and from that address. A count is taken before anything is looked at, so that many at once
 * are counted, and given back where it was right.
 * @param login what is being tried, told apart from all others by this text; counted whether it exists or not
 * @param address undefined where the asker is known already
 * @throws LoginLockedError, and what `attempt` throws
 */
export async function limitAttempts<T>(
  { attempts, settings }: Pick<LoginDeps, 'attempts' | 'settings'>,
  login: string,
  address: string | undefined,
  attempt: () => Promise<T>,
): Promise<T> {
  const windowSeconds = settings.loginLockMinutes * 60;
  const from = address === undefined ? undefined : `login-address:${address}`;
  if (from !== undefined) {
    const { count, secondsLeft } = await attempts.read(from);
    if (count >= settings.loginFailures * addressFactor) throw new LoginLockedError(Math.max(1, secondsLeft));
  }
  const { count, secondsLeft } = await attempts.add(login, windowSeconds);
  if (count > settings.loginFailures) throw new LoginLockedError(Math.max(1, secondsLeft));
  try {
    const outcome = await attempt();
    await attempts.clear(login);
    return outcome;
  } catch (error) {
    if (from !== undefined) await attempts.add(from, windowSeconds);
    throw error;
  }
}
