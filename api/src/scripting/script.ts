import type { VerbName, VerbPayloads } from '@hookswitch/openapi/verbs';

/** Fields that the API description gives a default; the parser fills them in. A test holds this table to the description. */
export const defaultedFields = {
  say: ['language', 'loop'],
  play: ['loop'],
  gather: ['finishOnKey', 'timeout', 'bargeIn', 'actionOnEmptyResult', 'inband'],
  pause: ['length'],
  record: ['timeout', 'finishOnKey', 'maxLength', 'playBeep', 'trim'],
  enqueue: ['priority', 'whenNoSeat', 'leaveOnKey', 'timeout', 'timeoutKey', 'timeoutGrace', 'record', 'afterTalk'],
  conference: [
    'muted',
    'startConferenceOnEnter',
    'endConferenceOnExit',
    'beep',
    'maxParticipants',
    'record',
    'timeLimit',
    'leaveOnKey',
  ],
  dial: ['sequential', 'timeout', 'timeLimit', 'answerOnBridge', 'hangupOnStar', 'ringTone', 'record'],
  refer: ['timeout'],
  reject: ['reason'],
  startRecording: ['channels', 'track', 'trim'],
  pauseRecording: ['pauseBehavior'],
} as const satisfies { readonly [Name in VerbName]?: readonly (keyof VerbPayloads[Name])[] };

type Defaulted<Name extends VerbName> = Name extends keyof typeof defaultedFields
  ? (typeof defaultedFields)[Name][number]
  : never;

/** A verb's payload after parsing: as the API description has it, its defaults filled in. */
export type ParsedVerb<Name extends VerbName = VerbName> = {
  [Each in Name]: VerbPayloads[Each] & Required<Pick<VerbPayloads[Each], Defaulted<Each> & keyof VerbPayloads[Each]>>;
}[Name];

/** A whole, checked script. */
export type Script = readonly ParsedVerb[];

/** Whom a `dial` calls. */
export type DialTarget = VerbPayloads['dial']['targets'][number];

/** Limits of a script, whatever its dialect. */
export const scriptLimits = {
  /** Largest document, bytes: a thousand verbs of 256. Whatever it holds, reading so much stays well below 50 ms. */
  maxBytes: 256 * 1024,
  /** Lists and objects in one another; a verb needs five. */
  maxDepth: 50,
  /** As in `openapi/schemas/scripts/script.yaml`. */
  maxVerbs: 1000,
} as const;
