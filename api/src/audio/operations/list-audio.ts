import type { OperationHandler } from '../../operation/handler.js';
import type { AudioDeps } from '../audio-deps.js';
import { audioView } from '../audio-view.js';

export function listAudio({ audio }: AudioDeps): OperationHandler<'listAudio'> {
  return async ({ query }, context) => {
    const { items, nextCursor } = await audio.list(context.account.id, {
      where: query.name === undefined ? {} : { name: { part: query.name } },
      limit: query.limit ?? 50,
      cursor: query.cursor,
    });
    return { status: 200, body: { items: items.map(audioView), nextCursor } };
  };
}
