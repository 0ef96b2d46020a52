import type { ActiveCall } from '../active-call.js';
import type { KeptCall } from './kept-call.js';

/** The contacts of the process that was this node before. */
export interface FormerContacts {
  /** Says what becomes of them where these of their calls are still there. */
  settle(calls: readonly KeptCall[]): SettledContacts;
}

export interface SettledContacts {
  /** Ids of the calls of a talk that goes on. */
  readonly talking: ReadonlySet<string>;
  /**
   * Goes on with those whose talk, or whose customer's call, is among these. Ends all others. What they left in the live state is ended: agents are free again. Before this process has
   * contacts of its own.
   */
  goOn(calls: readonly ActiveCall[]): Promise<void>;
}
