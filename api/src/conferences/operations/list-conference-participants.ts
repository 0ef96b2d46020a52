import type { OperationHandler } from '../../operation/handler.js';
import { cursorAfter, idFromCursor } from '../../store/cursor.js';
import type { ConferenceApiDeps } from '../conference-api-deps.js';
import { participantView } from '../conference-view.js';
import { findConference } from './find-conference.js';

export function listConferenceParticipants({
  conferences,
}: ConferenceApiDeps): OperationHandler<'listConferenceParticipants'> {
  return async ({ params: { conferenceId }, query }, { account }) => {
    const { limit = 50, cursor, ...wanted } = query;
    const { participants } = await findConference(conferences, account.id, conferenceId);
    const all = participants.toReversed();
    const after = cursor === undefined ? undefined : idFromCursor(cursor);
    const from = after === undefined ? 0 : all.findIndex(({ callId }) => callId === after) + 1;
    const found = all
      .slice(from)
      .map(participantView)
      .filter((each) =>
        (['status', 'muted', 'held'] as const).every(
          (name) => wanted[name] === undefined || wanted[name] === each[name],
        ),
      );
    const items = found.slice(0, limit);
    const nextCursor = found.length > limit ? cursorAfter(items.at(-1)!.callId) : null;
    return { status: 200, body: { items, nextCursor } };
  };
}
