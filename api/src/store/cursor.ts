import { InvalidCursorError } from './tenant-collection.js';

/** The place after a record in a list ordered by id. Opaque to users. */
export function cursorAfter(id: string): string {
  return Buffer.from(id).toString('base64url');
}

/** @throws InvalidCursorError */
export function idFromCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString('latin1');
  if (!/^[A-Z]{2}[0-9a-f]{32}$/.test(id) || cursorAfter(id) !== cursor) throw new InvalidCursorError();
  return id;
}
