import type { OperationHandler } from '../../operation/handler.js';
import { InvalidRequestError } from '../../operation/request-errors.js';
import type { ConferenceApiDeps } from '../conference-api-deps.js';
import { conferenceView } from '../conference-view.js';
import { conferenceSound } from './conference-sound.js';
import { findConference } from './find-conference.js';

export function updateConference(deps: ConferenceApiDeps): OperationHandler<'updateConference'> {
  const { conferences, conferenceControl } = deps;
  return async ({ params: { conferenceId }, body }, { account }) => {
    const sound = conferenceSound(body);
    if (body.status !== undefined && sound) {
      const message = 'ends the conference, so nothing may go with it';
      throw new InvalidRequestError([{ pointer: '/status', message }]);
    }
    const conference = await findConference(conferences, account.id, conferenceId);
    if (sound) await conferenceControl.play(conference, sound);
    else await conferenceControl.end(conference);
    return { status: 200, body: conferenceView(await findConference(conferences, account.id, conferenceId)) };
  };
}
