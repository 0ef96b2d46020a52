import { NoCommonCodecError } from '../../port/engine-errors.js';
import type { SipTarget } from '../../sip/flow.js';
import type { SessionAnswered } from '../../sip/sip-event.js';
import type { DialBranch } from './dial-plan.js';
import type { LegDescription, MediaTerms } from './leg-description.js';

/** One INVITE that is out. */
export interface OutboundBranch {
  readonly sessionId: string;
  readonly target: SipTarget;
  /** Whom it is for: `target`, or who is behind a proxy of ours there. */
  readonly far: SipTarget;
  description: LegDescription;
  /** Descriptions in provisional answers, by To tag: a 2xx may leave them out. */
  readonly early: Map<string, string>;
  /** What forks changed before the answer (RFC 3311), by To tag. */
  readonly updated: Map<string, UpdatedFork>;
  /** Something came back, were it 100: it is not tried elsewhere. */
  heard: boolean;
  /** An answer other than 100 showed the Call-ID. */
  known: boolean;
}

/** A fork that made an offer of its own before it answered: its dialog goes on from there by itself. */
interface UpdatedFork {
  readonly description: LegDescription;
  readonly terms: MediaTerms;
}

/** Early dialogs of one INVITE that we keep descriptions of. */
const mostForks = 16;

/** An INVITE that just went out. */
export function newBranch(
  sessionId: string,
  { target, far = target }: DialBranch,
  description: LegDescription,
): OutboundBranch {
  return { sessionId, target, far, description, early: new Map(), updated: new Map(), heard: false, known: false };
}

/** Keeps what a fork said of its media before it answered. */
export function keepEarly({ early }: OutboundBranch, toTag: string, sdp: string): void {
  if (early.size < mostForks) early.set(toTag, sdp);
}

/** What an answer comes to: its own description, or what its fork said in a provisional. Throws where there is none, or none that we can take. */
export function answeredTerms(branch: OutboundBranch, { sdp, toTag }: SessionAnswered): MediaTerms {
  const answer = sdp ?? branch.early.get(toTag);
  if (answer === undefined) throw new NoCommonCodecError([]);
  return branch.description.takeAnswer(answer);
}
