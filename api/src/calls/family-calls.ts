import type { Conference, ConferenceOptions } from '@hookswitch/media/port/conference';
import type { CallInContact } from '../call-records/call-in-contact.js';
import type { ChildCall, ChildDial, ScriptEnd, ScriptLocation } from '../scripting/index.js';
import { CallNotLiveError } from './call-errors.js';
import { runScript } from './call-scripts.js';
import type { CallsDeps } from './calls-deps.js';
import { activeAccount } from './outbound-checks.js';
import { type CallFamily, placeFamilyCall } from './place-child-call.js';
import type { KeptContact } from './resume/kept-contact.js';
import { mayDial } from './routing/dialing-policy.js';

/** What a contact's owner does with calls: they belong together by their contact, and none ends with another. */
export interface FamilyCalls {
  /** Calls on behalf of a contact that no call began. Rejects where the account may not call. */
  begin(accountId: string, contactId: string, callerIds: readonly string[]): Promise<CallFamily>;
  /** Whether the account's dialling policy lets it call that number. */
  mayDial(accountId: string, number: string): Promise<boolean>;
  /** Places a call. Rejects as `ChildCalls.dial` does. */
  dial(family: CallFamily, request: ChildDial): Promise<ChildCall>;
  /** Says what a call of this process was in a contact, for its CDR; what was said first counts. Before its end is written, or never. */
  conclude(callId: string, inContact: CallInContact): void;
  /**
   * Keeps the visit with a call of this process, for the next process of this node to go on with. Answers what says that it is another than before; undefined where calls do not outlive
   * their process.
   */
  keep(callId: string, visit: () => KeptContact | undefined): (() => void) | undefined;
  conference(options?: ConferenceOptions): Conference;
  /** Runs a script on a call of this process, beside its own. */
  runScript(callId: string, script: ScriptLocation, signal: AbortSignal): Promise<ScriptEnd>;
  /** Work for which this process must not stop. */
  during<Result>(work: () => Promise<Result>): Promise<Result>;
}

export function familyCallsOf(deps: CallsDeps): FamilyCalls {
  const { keeper } = deps;
  return {
    async begin(accountId, contactId, callerIds) {
      const { signingSecrets } = await activeAccount(accountId, deps);
      return { accountId, contactId, callerIds, signingSecrets };
    },
    mayDial: async (accountId, number) => mayDial({ kind: 'number', number }, await activeAccount(accountId, deps)),
    dial: (family, request) => placeFamilyCall(family, request, deps),
    conclude(callId, inContact) {
      const active = deps.registry.get(callId);
      if (active) active.inContact ??= inContact;
    },
    keep(callId, visit) {
      const active = keeper && deps.registry.get(callId);
      if (!active) return undefined;
      active.keptVisit = visit;
      return () => keeper.changed(active);
    },
    conference: (options) => deps.engine.conference(options),
    async runScript(callId, script, signal) {
      const active = deps.registry.get(callId);
      if (!active) throw new CallNotLiveError(callId);
      return runScript(active, script, signal, deps.childrenOf(active), deps, { aside: 'interlude' });
    },
    during: (work) => deps.registry.during(work),
  };
}
