import type { OperationHandler } from '../../operation/handler.js';
import type { ParticipantChange } from '../conference.js';
import type { ConferenceApiDeps } from '../conference-api-deps.js';
import { participantView } from '../conference-view.js';
import { conferenceSound } from './conference-sound.js';
import { findConference, findParticipant } from './find-conference.js';

export function updateConferenceParticipant({
  conferences,
  conferenceControl,
}: ConferenceApiDeps): OperationHandler<'updateConferenceParticipant'> {
  return async ({ params: { conferenceId, callId }, body }, { account }) => {
    const { play, say, ...wanted } = body;
    const sound = conferenceSound({ ...(play && { play }), ...(say && { say }) });
    const conference = await findConference(conferences, account.id, conferenceId);
    findParticipant(conference, callId);
    const change = definedOnly(wanted);
    // The sound may not be had: then nothing else happens either.
    if (sound) await conferenceControl.play(conference, sound, callId);
    if (Object.keys(change).length > 0) await conferenceControl.change(conference, callId, change);
    const after = await findConference(conferences, account.id, conferenceId);
    return { status: 200, body: participantView(findParticipant(after, callId)) };
  };
}

function definedOnly(wanted: { readonly [Name in keyof ParticipantChange]?: ParticipantChange[Name] | undefined }) {
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined)) as ParticipantChange;
}
