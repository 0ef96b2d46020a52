import type { Termination } from '@hookswitch/media/port/termination';

/** How a dial went, in Twilio's words. */
export type DialStatus = 'completed' | 'busy' | 'no-answer' | 'failed' | 'canceled';

/** What came of one target that nobody was connected to. */
export interface TargetEnd {
  readonly status: DialStatus;
  readonly callId?: string;
  /** SIP status that ended it, where one did. */
  readonly sip?: number;
  /** How its leg ended. */
  readonly termination?: Termination;
  /** Why it could not be dialled at all. */
  readonly errorCode?: string;
}

/** A party that answered, and was not connected (it refused in the whisper, or hung up), counts as not answering. */
export function statusOf({ result }: Pick<Termination, 'result'>): DialStatus {
  return result === 'completed' ? 'no-answer' : result;
}

const order: readonly DialStatus[] = ['no-answer', 'busy', 'failed', 'canceled', 'completed'];

/** One answer for several targets that did not answer: the kindest of theirs, since a phone that rang says more than one that could not be reached. */
export function mostTelling(ends: readonly TargetEnd[]): TargetEnd {
  const [best] = [...ends].sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  return best ?? { status: 'failed' };
}
