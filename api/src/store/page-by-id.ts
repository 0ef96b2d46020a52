import { cursorAfter, idFromCursor } from './cursor.js';

/** A page of things in the order of their ids; the cursor is the last one's id, hidden. @throws InvalidCursorError */
export function pageById<Item extends { readonly id: string }>(
  items: readonly Item[],
  limit: number,
  cursor: string | undefined,
  idFrom: (cursor: string) => string = idFromCursor,
): { readonly items: readonly Item[]; readonly nextCursor: string | null } {
  const after = cursor === undefined ? '' : idFrom(cursor);
  const left = items.filter(({ id }) => id > after).sort((a, b) => (a.id < b.id ? -1 : 1));
  const page = left.slice(0, limit);
  const last = page.at(-1);
  return { items: page, nextCursor: last && left.length > limit ? cursorAfter(last.id) : null };
}
