import type { CallsDeps } from '../calls-deps.js';
import { placeOutboundCall } from '../place-outbound-call.js';
import type { CallControl } from './call-control.js';
import { modifyLiveCall } from './modify-live-call.js';
import { startCallRecording, updateCallRecording } from './record-live-call.js';

/** Does what is asked to the calls of this process: entered by its own API and by commands of the others alike. */
export function localCallControl(deps: CallsDeps): CallControl {
  return {
    place: (request) => placeOutboundCall(request, deps),
    modify: (request) => modifyLiveCall(request, deps),
    startRecording: (request) => startCallRecording(request, deps),
    updateRecording: (request) => updateCallRecording(request, deps),
  };
}
