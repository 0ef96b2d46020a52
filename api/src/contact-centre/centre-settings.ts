import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';

/** How the phones of one agent ring for a call: all at once, or one after another, each but the last for so long. */
export interface RingPlan {
  readonly order: 'atOnce' | 'phoneFirst' | 'mobileFirst';
  readonly secondsEach: number;
}

/** How an account's contact centre works. There is always one: the defaults below count until a first change stores them. */
export interface CentreSettings {
  readonly accountId: string;
  /** 0 while nothing is stored. */
  readonly revision: number;
  /** IANA name; decides the day of "today's calls" and of reports. */
  readonly timeZone: string;
  /** ISO 3166-1 alpha-2: numbers that are dialled without a country code are of this one. Undefined: they are no numbers. */
  readonly country?: string;
  /** An agent's status on going online. */
  readonly statusOnline: 'free' | 'notReady';
  /** Reasons for rest that agents may choose from. */
  readonly restReasons: readonly { readonly name: string; readonly enabled: boolean }[];
  /** Ring time-out transfer (INSET-01): undefined rings on. */
  readonly ringTimeoutSeconds?: number;
  /** What becomes of an agent who missed an offer. */
  readonly afterMissedOffer: 'free' | 'rest';
  /** After-call work (INSET-02): 0 is none; then the status before the call returns by itself. */
  readonly afterCallWorkSeconds: number;
  /** Inbound calls are answered by the agent's phone itself (Call-Info answer-after). */
  readonly automaticAnswer: boolean;
  /** How phones ring of agents who have no plan of their own. Absent in what was stored before there was a choice. */
  readonly ringing?: RingPlan;
  /** A client that is gone so long makes its agent offline, unless a phone can be rung. */
  readonly clientLostGraceSeconds: number;
  /** What a customer on hold hears: an audio of the library; undefined: the built-in sound. */
  readonly holdAudioId?: string;
  /** What a customer hears while waiting or being transferred, where a script says nothing else. */
  readonly waitingAudioId?: string;
  readonly numberProtection: {
    readonly inbound: 'off' | 'mask' | 'map';
    readonly outbound: 'off' | 'mask' | 'map';
    /** The customer's interface that maps numbers to user ids and back (POST, Basic auth); needed for `map`. The password is sealed. */
    readonly mapping?: { readonly url: string; readonly username: string; readonly sealedPassword: string };
  };
  /** Which of the account's numbers a call out shows where the request names none. */
  readonly callerIdRule: 'skillGroup' | 'sameArea' | 'random';
  /** Call-backs go to the agent who called: not at all, only to that agent, or to that agent first. */
  readonly outboundMemory: 'off' | 'fixed' | 'preferred';
  /** So long after the call, and no longer. */
  readonly outboundMemorySeconds: number;
  /** Where a fixed memory's agent cannot take the call. */
  readonly outboundMemoryFailure: 'wait' | 'end';
  /** Most calls to one number; a further one ends as `tooManyRequest`. */
  readonly calleeLimits: readonly { readonly calls: number; readonly withinSeconds: number }[];
  /** Hours, in the time zone, in which numbers may be called; outside them a call ends as `restrictedTime`. Undefined: always. */
  readonly callOutHours?: { readonly from: string; readonly to: string };
  /** The flow that asks the customer of a call out for a rating when the agent hangs up first (OUTSET-05). */
  readonly surveyFlowId?: string;
  /** The same of a customer who called in, where its script or flow has nothing to do after the talk. */
  readonly inboundSurveyFlowId?: string;
  /** The company's own interface that gives WeCom members notice of a task. */
  readonly wecomTaskUrl?: string;
  /** The most agents (licences). */
  readonly agentLimit: number;
}

/** Reads an account's settings; answers the defaults where none were stored. Cached for a moment. */
export type CentreSettingsOf = (accountId: string) => Promise<CentreSettings>;

/** As stored, under the account's own id. */
export type CentreSettingsRecord = CentreSettings & TenantRecord;
export type CentreSettingsStore = TenantCollection<CentreSettingsRecord>;

export const centreSettingsCollection: CollectionDefinition<CentreSettingsRecord> = { name: 'contactCentres' };

export const defaultRingPlan: RingPlan = { order: 'atOnce', secondsEach: 15 };

/** Settings that came later: records stored before lack them. */
export const laterCentreSettings = {
  outboundMemorySeconds: 3 * 24 * 3600,
} satisfies Partial<CentreSettings>;

export const defaultCentreSettings: Omit<CentreSettings, 'accountId'> = {
  revision: 0,
  timeZone: 'UTC',
  statusOnline: 'free',
  restReasons: [
    { name: 'meal', enabled: true },
    { name: 'meeting', enabled: true },
    { name: 'training', enabled: true },
  ],
  ringTimeoutSeconds: 15,
  afterMissedOffer: 'free',
  afterCallWorkSeconds: 10,
  automaticAnswer: false,
  clientLostGraceSeconds: 30,
  numberProtection: { inbound: 'off', outbound: 'off' },
  callerIdRule: 'skillGroup',
  outboundMemory: 'off',
  outboundMemoryFailure: 'wait',
  ...laterCentreSettings,
  calleeLimits: [],
  agentLimit: 1000,
};
