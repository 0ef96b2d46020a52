import { timingSafeEqual } from 'node:crypto';
import type { Agent } from '../agents/index.js';
import { changeRecord } from '../store/change-record.js';
import { DuplicateRecordError } from '../store/tenant-collection.js';
import { timestamp } from '../store/timestamp.js';
import type { LoginDeps } from './login-deps.js';
import { TooManyCodesError } from './login-errors.js';
import { type CodePurpose, codeId, type OneTimeCode } from './one-time-code.js';
import { makeCode } from './password-rule.js';

/** Wrong codes until a new one is needed. */
const mostTries = 5;
/** Codes that are sent to one number, and asked for from one address, in an hour. */
const [mostPerNumber, mostPerAddress, hourSeconds] = [5, 60, 3600];

const messagePurpose = {
  login: 'loginCode',
  passwordReset: 'passwordResetCode',
  phone: 'phoneCode',
} as const;

/** Whether one more code may be asked for; counts whether the number is anybody's or not. @throws TooManyCodesError */
export async function limitCodes(
  { attempts }: Pick<LoginDeps, 'attempts'>,
  accountId: string,
  phone: string,
  address: string | undefined,
): Promise<void> {
  const counted = [{ who: `code:${accountId}:${phone}`, most: mostPerNumber }];
  if (address !== undefined) counted.push({ who: `code-address:${address}`, most: mostPerAddress });
  for (const { who, most } of counted) {
    const { count, secondsLeft } = await attempts.add(who, hourSeconds);
    if (count > most) throw new TooManyCodesError(Math.max(1, secondsLeft));
  }
}

/** Sends a code to a phone. One sent before for the same purpose counts no more. @throws ChannelMissingError */
export async function sendCode(deps: LoginDeps, agent: Agent, purpose: CodePurpose, phone: string): Promise<void> {
  const { codes, secretBox, clock, random, notifier, settings } = deps;
  const { accountId } = agent;
  const id = codeId(agent.id, purpose);
  const code = makeCode(random);
  const now = timestamp(clock);
  const record: OneTimeCode = {
    id,
    accountId,
    sealedCode: secretBox.seal(code, id),
    phone,
    expiresAt: clock.now() + settings.loginCodeMinutes * 60_000,
    triesLeft: mostTries,
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  await codes.remove(accountId, id);
  try {
    await codes.insert(record);
  } catch (error) {
    // Asked for twice at the same moment: the other one's code is on its way.
    if (error instanceof DuplicateRecordError) return;
    throw error;
  }
  notifier.notify('sms', {
    accountId,
    to: phone,
    purpose: messagePurpose[purpose],
    subject: 'Your code',
    text: `Your code is ${code}. It is valid for ${settings.loginCodeMinutes} minutes. Give it to nobody.`,
  });
}

/** Uses a code up, if it is the right one for that number and still good. Of many at once one gets true. */
export async function useCode(
  { codes, secretBox, clock }: LoginDeps,
  agent: Agent,
  purpose: CodePurpose,
  phone: string,
  code: string,
): Promise<boolean> {
  const { accountId } = agent;
  const id = codeId(agent.id, purpose);
  // The try is taken before the code is compared: guesses at once are all counted.
  let hadTry = false;
  const found = await changeRecord(codes, clock, accountId, id, (one) => {
    hadTry = one.triesLeft > 0;
    return hadTry ? { ...one, triesLeft: one.triesLeft - 1 } : one;
  });
  if (!found || !hadTry || found.expiresAt <= clock.now() || found.phone !== phone) return false;
  const [given, right] = [Buffer.from(code), Buffer.from(secretBox.open(found.sealedCode, id))];
  if (given.length !== right.length || !timingSafeEqual(given, right)) return false;
  return codes.remove(accountId, id);
}
