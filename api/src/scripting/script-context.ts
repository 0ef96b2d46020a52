import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { AudioRef, Sound } from '@hookswitch/media/port/sound';
import type { Termination } from '@hookswitch/media/port/termination';
import type { VerbName } from '@hookswitch/openapi/verbs';
import type { FlowRef } from '../call-records/flow-ref.js';
import type { NewTimelineEntry } from '../call-records/timeline/call-timeline.js';
import type { CallRecorder } from '../recordings/call-recorder.js';
import type { WatchedTalk } from './dial/talk.js';
import type { FlowContact } from './flow/flow-contact.js';
import type { FlowStepEnd } from './flow/flow-end.js';
import type { Outcome } from './outcome.js';
import type { ParsedVerb } from './script.js';
import type { ScriptEnd } from './script-end.js';
import type { ScriptLocation } from './script-location.js';
import type { DialTalk } from './script-position.js';

/**
 * What a verb does: speaks to the call and returns what happens next. It ends soon after `context.signal` aborts and leaves nothing playing or ringing behind.
 * What it throws ends the script as failed: the fallback URL is asked.
 */
export type Verb<Name extends VerbName> = (
  verb: ParsedVerb<Name>,
  call: LiveCall,
  context: ScriptContext,
) => Promise<Outcome>;

/** All that a verb may use besides the call it speaks to. One per running document. */
export interface ScriptContext {
  readonly accountId: string;
  readonly callId: string;
  /** Aborts when the script is interrupted (a new script, a hang-up order) or the call ends. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly audio: AudioResolver;
  readonly speech: Speech;
  readonly children: ChildCalls;
  readonly queue: CallQueue;
  readonly conferences: CallConferences;
  /** Runs another script on this call meanwhile, as an interlude. Never rejects. */
  readonly runBeside: (script: ScriptLocation, signal: AbortSignal) => Promise<ScriptEnd>;
  /** Runs a flow as a step of the script. Never rejects. */
  readonly runFlow: (ref: FlowRef) => Promise<FlowStepEnd>;
  readonly recorder: CallRecorder;
  /** Adds to the call's timeline. */
  note(entry: Omit<NewTimelineEntry, 'accountId' | 'callId'>): void;
  /** Sets tags of the call. */
  tag(tags: Readonly<Record<string, string>>): Promise<void>;
  /** The call's own numbers, for defaults. */
  readonly from: string;
  readonly to: string;
  /** Address of the document the running verbs came from; relative URLs resolve against it. Undefined for inline scripts. */
  readonly documentUrl: string | undefined;
  /** Whether the running verb was begun by an earlier process of this node, and begins again. */
  beginsAgain(): boolean;
  /** Says that the running `dial` has led to a talk: where the process is lost, a later one goes on with it instead of dialling again. */
  talks(talk: DialTalk): void;
}

/** Turns `play`'s url or audio id into sound: guarded fetch, cached by URL and content, decoded once. */
export interface AudioResolver {
  /** Rejects with `AudioUnavailableError` (code names why: refused address, status, not audio, too big). */
  resolve(accountId: string, source: AudioSource, signal: AbortSignal): Promise<AudioRef>;
}

export type AudioSource = { readonly url: string } | { readonly audioId: string };

/** Turns text into sound; cached by content. */
export interface Speech {
  /** Rejects with `SpeechFailedError`. `language` is BCP 47, for example `en-US`, `cmn-CN`. */
  synthesize(request: SpeechRequest, signal: AbortSignal): Promise<AudioRef>;
}

export interface SpeechRequest {
  readonly text: string;
  readonly language: string;
  readonly voice?: string;
}

/** Places calls for `dial`. Each child is a call of its own, with record, events and CDR. */
export interface ChildCalls {
  /** Rejects with an error of kind `forbidden` or `limit` where policy says no (destination, caps); the refused attempt has its own record. */
  dial(request: ChildDial): Promise<ChildCall>;
  /** Lets two legs hear each other. See `CallEngine.connect`. */
  connect(a: LiveCall, b: LiveCall): { disconnect(): void; readonly ended: Promise<unknown> };
  /** The leg of a live call of the same account on this node. */
  legOf(callId: string): LiveCall | undefined;
  /** Lets a call and one that it dialled talk; each may hand the other on. See `Talk`. */
  talk(call: LiveCall, other: LiveCall): WatchedTalk;
  /** The talk that a call is in already, taken over from an earlier process; undefined where there is none any more. */
  resumedTalk(call: LiveCall): WatchedTalk | undefined;
}

export interface ChildDial {
  readonly target:
    | { readonly kind: 'number'; readonly number: string; readonly trunkId?: string }
    | { readonly kind: 'sip'; readonly uri: string; readonly username?: string; readonly password?: string }
    | { readonly kind: 'endpoint'; readonly endpoint: string }; // SE… id or user name
  readonly callerId?: string;
  /** `id`: the called party is not told who calls (RFC 3325 9.3). Default `none`: what the caller himself wants. */
  readonly callerIdPrivacy?: 'none' | 'id';
  readonly ringTimeoutSeconds: number;
  readonly timeLimitSeconds?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Set where a phone asked for the call by REFER. */
  readonly transfer?: TransferDial;
}

/** What a call that a phone asked for has besides. */
export interface TransferDial {
  /** The call whose phone asked. */
  readonly transferorCallId: string;
  /** Hops it may take. */
  readonly maxForwards: number;
  /** The dialog at the far end whose place it is to take (RFC 3891). */
  readonly replaces?: string;
  /** On whose wish it is made, as the phone says itself (RFC 3892). */
  readonly referredBy?: string;
}

export interface ChildCall {
  readonly callId: string;
  readonly leg: LiveCall;
  /** Runs another script on the child (whisper) until it leaves or ends. Resolves to whether the child still lives and stayed. */
  runScript(script: { url: string } | { verbs: readonly unknown[] }, signal: AbortSignal): Promise<'left' | 'ended'>;
  /** Resolves once it ended. */
  readonly ended: Promise<Termination>;
}

/** The queues of the contact centre, for one call. */
export interface CallQueue {
  /** Whether an earlier process of this node has queued the call, or put it through: the next `join`, or `callOut`, goes on with that. */
  readonly goesOn: boolean;
  /** The call's contact, made where there is none yet: a flow's caller is one from the first node. Rejects where the call is over. */
  contact(): Promise<FlowContact>;
  /** Whether anybody who could serve is at work; where nobody is, the record says so, as if it had been queued. Rejects as `join` does. */
  hasSeat(whom: QueuedFor): Promise<boolean>;
  /** Puts the call into a queue. Rejects with an error of kind `invalid`, `not_found` or `conflict` where it cannot be. */
  join(request: JoinQueue): Promise<QueuedCall>;
  /** Calls an outside line, and lets both talk. Nothing of the wait is heard but what the script plays. */
  callOut(request: CallOutside): Promise<Pick<QueuedCall, 'waiting' | 'abandon' | 'over'>>;
}

/** Who may serve a waiting call. */
export interface QueuedFor {
  /** Id or name. */
  readonly skillGroup?: string;
  /** Id or name of a group that serves instead, where there is such a group. */
  readonly preferredSkillGroup?: string;
  /** Groups that serve too, in this order, while nobody of those before is free; ids. */
  readonly overflowSkillGroupIds?: readonly string[];
  /** Nobody but these: ids, e-mail addresses or staff numbers. */
  readonly agentIds?: readonly string[];
  /** Asked first, in this order: ids or e-mail addresses. */
  readonly preferredAgentIds: readonly string[];
}

export type RecordTalk = 'do-not-record' | 'record-from-answer' | 'record-from-answer-dual';

export interface CallOutside {
  /** E.164. */
  readonly number: string;
  /** Ids of numbers of the account: the first that may is shown. The number that was called where there is none. */
  readonly callerNumberIds: readonly string[];
  readonly ringSeconds: number;
  readonly record: RecordTalk;
}

export interface JoinQueue extends QueuedFor {
  /** 0 to 100, higher first. */
  readonly priority: number;
  /** Whether it waits where every agent is offline or at rest. */
  readonly onNoSeat: 'turnAway' | 'wait';
  readonly record: RecordTalk;
  /** Whether the call's script has nothing to do after the talk: then the centre's survey is asked. */
  readonly endsAfterTalk: boolean;
  /** Free data for the contact's record, at most 1,024 bytes. */
  readonly uui?: string;
  /** Keys pressed before, with what they stood for. */
  readonly keys: readonly { readonly key: string; readonly label: string }[];
  /** Says to the caller and to the agent what they hear before they talk. */
  readonly welcome: (
    agent: { readonly leg: LiveCall; readonly staffNumber: string },
    signal: AbortSignal,
  ) => Promise<void>;
}

/** A call in the queue, and then in the talk. */
export interface QueuedCall {
  readonly contactId: string;
  standing(): Promise<QueueStanding>;
  /** What is heard where the script says nothing else. */
  waitingSound(): Promise<Sound>;
  /** Aborts as soon as the wait is over: nothing more of it is played. */
  readonly waiting: AbortSignal;
  /** Gives the wait up. Too late where an agent has answered. */
  leave(result: 'left' | 'timeout'): void;
  /** Takes the call away from the queue, or out of the talk: its script was interrupted. */
  abandon(): void;
  /** Resolves when the wait came to nothing, the talk is over and the caller alone, or the call ended. */
  readonly over: Promise<QueueEnd>;
}

/** Where a waiting call stands. */
export interface QueueStanding {
  /** 1 is next. */
  readonly position: number;
  readonly size: number;
  readonly expectedWaitSeconds?: number;
}

export interface QueueEnd {
  /** `busy` and `noAnswer` come of an outside line. */
  readonly queueResult:
    | 'connected'
    | 'left'
    | 'timeout'
    | 'queueFull'
    | 'noSeatOnline'
    | 'failed'
    | 'busy'
    | 'noAnswer';
  /** Who talked last. */
  readonly agentId?: string;
  readonly waitSeconds: number;
  readonly talkSeconds: number;
  readonly recordingId?: string;
  /** The flow by which the customer, whom the agent left, is to be asked for a rating. */
  readonly surveyFlowId?: string;
}

/** The account's conferences, for one call. */
export interface CallConferences {
  /** Puts the call into a conference. Whatever hinders it is told by the stay's end. */
  join(request: JoinConference): ConferenceStay;
}

export interface JoinConference {
  readonly name: string;
  /** What the participant is called. */
  readonly label?: string;
  readonly muted: boolean;
  /** It was about to be in it, or in it, when the process before was lost. */
  readonly comesAgain: boolean;
  readonly startConferenceOnEnter: boolean;
  readonly endConferenceOnExit: boolean;
  /** When the others hear a beep. */
  readonly beep: 'both' | 'onEnter' | 'onExit' | 'none';
  /** 2 to 200. */
  readonly maxParticipants: number;
  /** The call that alone hears it. */
  readonly coaching?: string;
  /** The call is in; told again where the conference lost its node and went on at another. */
  readonly entered: (conferenceId: string) => void;
  /** Plays what is heard while the conference has not begun, or nobody else is there, until the signal aborts. May be called again and again. Must not reject. */
  readonly wait: (signal: AbortSignal) => Promise<void>;
}

/** A call in a conference. */
export interface ConferenceStay {
  leave(because: 'left' | 'timeLimit' | 'interrupted'): void;
  /** Resolves when the call is out. */
  readonly over: Promise<ConferenceEnd>;
}

export interface ConferenceEnd {
  /** `full` and `failed`: it was never in, or not to the end. */
  readonly how:
    | 'hungUp'
    | 'left'
    | 'timeLimit'
    | 'removed'
    | 'ended'
    | 'interrupted'
    | 'moved'
    | 'lost'
    | 'full'
    | 'failed';
  readonly conferenceId?: string;
  readonly durationSeconds: number;
  /** Why it failed. */
  readonly errorCode?: string;
}
