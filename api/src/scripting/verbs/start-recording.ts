import { proceed } from '../outcome.js';
import type { Verb } from '../script-context.js';

const directions = { both: 'both', inbound: 'said', outbound: 'heard' } as const;

export const startRecording: Verb<'startRecording'> = async (verb, call, context) => {
  await call.answer();
  await context.recorder.start({
    accountId: context.accountId,
    callId: context.callId,
    leg: call,
    source: 'StartRecordingVerb',
    channels: verb.channels === 'dual' ? 2 : 1,
    directions: directions[verb.track],
    trimSilence: verb.trim === 'trim-silence',
    ...(verb.maxLength === undefined ? {} : { maxDurationSeconds: verb.maxLength }),
  });
  return proceed();
};
