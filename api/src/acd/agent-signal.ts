import type { AskableStatus, LiveAgent, LiveClient, StatusChange } from './live-records.js';

/** Who asks. */
export interface Asker {
  readonly by: StatusChange['by'];
  /** The agent or key. */
  readonly byId?: string;
}

/** What moves an agent on. Times that are needed come from settings, so that this stays pure. */
export type AgentSignal =
  /** Logged in, or asked to be online. Changes nothing where it is online already. */
  | ({ readonly type: 'goOnline'; readonly statusOnline: 'free' | 'notReady' } & Asker)
  /** Asks for a status; during a call it is kept for after it. `restReasons`: the enabled ones. */
  | ({
      readonly type: 'ask';
      readonly status: Exclude<AskableStatus, 'offline'>;
      readonly restReason?: string | undefined;
      readonly restReasons: readonly string[];
    } & Asker)
  /** Logged out, forced offline, or gone too long. During a call it is kept for after it; an offer that rings must be refused first (`refuseOffer`). */
  | ({ readonly type: 'goOffline'; readonly why: 'asked' | 'loggedOut' | 'forcedOffline' | 'clientLost' } & Asker)
  | { readonly type: 'offer'; readonly offerId: string }
  /** `day`: today in the centre's time zone, for "calls answered today". */
  | {
      readonly type: 'accept';
      readonly offerId: string;
      readonly contactId: string;
      readonly nodeId: string;
      readonly day: string;
    }
  | { readonly type: 'decline' | 'withdraw'; readonly offerId: string }
  | { readonly type: 'miss'; readonly offerId: string; readonly afterMissedOffer: 'free' | 'rest' }
  /** Nothing of it could be rung for that offer. */
  | { readonly type: 'notReached'; readonly offerId: string }
  /** A phone of it registered, or it is time to try its mobile again. */
  | { readonly type: 'reachableAgain' }
  /** Places a call out; from after-call work too (redial). */
  | { readonly type: 'placeCall'; readonly contactId: string; readonly nodeId: string }
  /** Joins a call that was not queued for: an internal call, a transfer to it, a supervisor's barge. */
  | { readonly type: 'joinCall'; readonly contactId: string; readonly nodeId: string }
  /** It turns out to be in that call: the live state was lost, the call goes on. From any status. */
  | { readonly type: 'resumeCall'; readonly contactId: string; readonly nodeId: string }
  /** Its part in that contact is over. Changes nothing where it is in another one. */
  | {
      readonly type: 'callEnded';
      readonly contactId: string;
      readonly afterCallWorkSeconds: number;
      readonly why?: 'callLost';
    }
  | ({ readonly type: 'endAfterCallWork' } & Asker)
  /** After-call work lasts until it is ended by hand. */
  | { readonly type: 'continueAfterCallWork' }
  | { readonly type: 'clientConnected'; readonly client: LiveClient }
  | { readonly type: 'clientLost'; readonly clientId: string }
  /** The agent's record changed. */
  | { readonly type: 'profileChanged'; readonly profile: AgentProfile };

/** What routing needs of an agent's record. */
export type AgentProfile = Pick<LiveAgent, 'skillGroups' | 'reachableWithoutClient' | 'mobileRings'>;
