import type { Call } from '../../call-records/call.js';
import { talkIn } from '../../scripting/index.js';
import type { SettledContacts } from './former-contacts.js';
import type { FormerCall } from './keep-calls.js';
import type { KeptCall } from './kept-call.js';
import type { KeptScript } from './kept-script.js';

/** Processes that died so often soon after they took a call over died of it, perhaps: the next ends the call instead of going on with it. */
export const maxTries = 3;

/** What becomes of a leg that was taken over. */
export type Resumption =
  /** Its talk goes on, and its script where it waits for the talk's end. */
  | { readonly kind: 'talk'; readonly partnerId: string; readonly script?: KeptScript }
  /** Its contact's talk goes on, and its script, which waits for the end of that. */
  | { readonly kind: 'contact'; readonly script?: KeptScript }
  /** Its script goes on. */
  | { readonly kind: 'script'; readonly script: KeptScript }
  /** It is hung up, and its record ended where that is still to be done. */
  | { readonly kind: 'end'; readonly why: string };

/** The calls whose legs are to be taken over: one that the process dies of even so is left alone in the end. Pure. */
export function worthRestoring(former: readonly FormerCall[]): readonly KeptCall[] {
  return former.flatMap(({ kept, tries }) => (kept && tries <= maxTries + 1 ? [kept] : []));
}

/** The legs that were taken over: the calls that may go on, and those that end by what is known of each alone. */
export interface FitCalls {
  readonly fit: ReadonlyMap<string, KeptCall>;
  readonly ended: ReadonlyMap<string, Resumption>;
}

/**
 * Looks at each leg that was taken over by itself. Pure.
 *
 * @param former what the process before kept
 * @param restored the calls whose legs were taken over
 * @param live the node's records that are not over, by id
 */
export function fitCalls(
  former: readonly FormerCall[],
  restored: ReadonlySet<string>,
  live: ReadonlyMap<string, Call>,
): FitCalls {
  const known = new Map(former.map((one) => [one.callId, one]));
  const fit = new Map<string, KeptCall>();
  const ended = new Map<string, Resumption>();
  for (const callId of restored) {
    const { kept, tries } = known.get(callId) ?? { kept: undefined, tries: 0 };
    if (kept?.answeredAt === undefined || !live.has(callId))
      ended.set(callId, { kind: 'end', why: 'its record is over' });
    else if (tries > maxTries) ended.set(callId, { kind: 'end', why: 'earlier processes died with it' });
    else fit.set(callId, kept);
  }
  return { fit, ended };
}

/**
 * Says what becomes of each leg that was taken over. Pure.
 *
 * @param live the node's records that are not over, by id
 * @param talking ids of calls whose contact's talk goes on
 */
export function resumptions(
  { fit, ended }: FitCalls,
  live: ReadonlyMap<string, Call>,
  { talking }: Pick<SettledContacts, 'talking'>,
): ReadonlyMap<string, Resumption> {
  const found = new Map(ended);
  for (const [callId, kept] of fit) {
    const { script } = kept;
    const inTalk = { kind: 'contact', ...(script && { script }) } as const;
    found.set(callId, talking.has(callId) ? inTalk : resumptionOf(kept, live.get(callId)!, fit));
  }
  return found;
}

function resumptionOf(kept: KeptCall, record: Call, fit: ReadonlyMap<string, KeptCall>): Resumption {
  const script = scriptOf(kept, record);
  const partner = kept.talksTo === undefined ? undefined : fit.get(kept.talksTo);
  if (partner?.talksTo === kept.callId) {
    const waits = script && talkIn(script.position) ? { script } : {};
    return { kind: 'talk', partnerId: partner.callId, ...waits };
  }
  if (!script) return { kind: 'end', why: 'whom it talked to is gone' };
  return { kind: 'script', script };
}

/** A call that was just answered may not have begun its script. A dialled party has none of its own. */
function scriptOf(kept: KeptCall, record: Call): KeptScript | undefined {
  if (kept.script) return kept.script;
  return record.direction === 'outbound-dial' || kept.talksTo !== undefined || !record.script
    ? undefined
    : { of: record.script };
}
