import type { FlowContact } from '../scripting/flow/flow-contact.js';
import type { ContactDeps } from './contact-deps.js';
import type { ContactSession } from './contact-session.js';
import {
  asksForRating,
  callbackRequested,
  flowEndsAs,
  pressed,
  rated,
  voicemailBegins,
  voicemailEnded,
} from './state/in-flow.js';

/** A contact as the flow of its customer sees it. */
export function flowContactOf(session: ContactSession, deps: Pick<ContactDeps, 'requestCallback'>): FlowContact {
  return {
    id: session.id,
    endsAs: (code) => session.act(flowEndsAs(code)),
    pressed: (key, label) => session.act(pressed([{ key, label }])),
    asksForRating: () => session.act(asksForRating()),
    rated: ({ key, label }) => session.act(rated(key, label)),
    voicemailBegins: ({ recordingId, skillGroupId }) => session.act(voicemailBegins(recordingId, skillGroupId)),
    voicemailEnded: (recordingId, durationSeconds) => session.act(voicemailEnded(recordingId, durationSeconds)),
    async callback(request) {
      const { accountId } = session.family;
      const id = await deps.requestCallback({ ...request, accountId, contactId: session.id });
      session.act(callbackRequested(id, request.skillGroupId));
    },
  };
}
