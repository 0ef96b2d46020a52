import type { OperationHandlers } from '../../operation/handler.js';
import type { CallApiDeps } from '../call-api-deps.js';
import { createCall } from './create-call.js';
import { getCall } from './get-call.js';
import { listCallTimeline } from './list-call-timeline.js';
import { listCalls } from './list-calls.js';
import { startCallRecording } from './start-call-recording.js';
import { updateCall } from './update-call.js';
import { updateCallRecording } from './update-call-recording.js';

/** The HTTP face of calls. */
export function callOperations(deps: CallApiDeps) {
  return {
    createCall: createCall(deps),
    listCalls: listCalls(deps),
    getCall: getCall(deps),
    updateCall: updateCall(deps),
    listCallTimeline: listCallTimeline(deps),
    startCallRecording: startCallRecording(deps),
    updateCallRecording: updateCallRecording(deps),
  } satisfies Partial<OperationHandlers>;
}
