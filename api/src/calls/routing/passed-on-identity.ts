import type { Diversion } from '@hookswitch/media/port/diversion';

/** What a call's signalling says of its caller and its way, for the calls that are dialled for it. Numbers in E.164 where the trunk's rules make them so. */
export interface PassedOnIdentity {
  /** The caller asked that nobody be told who he is. */
  readonly hidden: boolean;
  /** Who a trusted trunk says he is all the same. */
  readonly withheldFrom?: string;
  /** Who sent the call on before it came to us, the last one first. */
  readonly diversions: readonly Diversion[];
}

/** How a call that is dialled for another says who calls. */
export interface DialledIdentity {
  /** What is asserted where anything is: the number itself even of who hides. */
  readonly from: string;
  readonly hidden: boolean;
  readonly diversions: readonly Diversion[];
}

/** What decides it. */
export interface IdentityQuestion {
  readonly from: string;
  /** The script named another caller id than the caller's: the call is its own, and nobody's sent on. */
  readonly ownCallerId: boolean;
  readonly privacy: 'none' | 'id';
  readonly passedOn: PassedOnIdentity | undefined;
  /** The number of ours that was called; undefined where the call did not come to one. */
  readonly divertingNumber: string | undefined;
}

/**
 * A call that shows the caller's number is his, sent on by the number he called: he stays hidden where he was, and a trunk that wants to know is told who sent it
 * on (RFC 5806). One with a caller id of its own begins here. Pure.
 */
export function dialledIdentity({
  from,
  ownCallerId,
  privacy,
  passedOn,
  divertingNumber,
}: IdentityQuestion): DialledIdentity {
  if (ownCallerId) return { from, hidden: privacy === 'id', diversions: [] };
  const by: Diversion[] =
    divertingNumber === undefined ? [] : [{ user: divertingNumber, reason: 'unconditional', times: 1 }];
  return {
    from: passedOn?.withheldFrom ?? from,
    hidden: privacy === 'id' || (passedOn?.hidden ?? false),
    diversions: [...by, ...(passedOn?.diversions ?? [])],
  };
}
