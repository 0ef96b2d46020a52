import { InvalidCursorError } from './tenant-collection.js';

/** The place after a record in a list ordered by id. Opaque to users. */
export function cursorAfter(id: string): string {
  return Buffer.from(id).toString('base64url');
}

/** @throws InvalidCursorError */
export function idFromCursor(cursor: string): string {
  const id = anyIdFromCursor(cursor);
  if (!/^[A-Z]{2}[0-9a-f]{32}$/.test(id)) throw new InvalidCursorError();
  return id;
}

/** For lists of things that operators name. @throws InvalidCursorError */
export function anyIdFromCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString();
  if (cursorAfter(id) !== cursor) throw new InvalidCursorError();
  return id;
}
