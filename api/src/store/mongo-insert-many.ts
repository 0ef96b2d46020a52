import { type Connection, mongo } from 'mongoose';
import { duplicateKey } from './mongo-faults.js';

/**
 * Inserts documents by one command, in no order: the driver's own bulk goes through each document once more to weigh it, which is a quarter of what 16 events
 * and half of what four CDRs cost. Undefined members are left out. Together they must weigh less than 48 MB.
 * @throws MongoServerError where one was refused for anything but its being there already
 * @returns what the server said of those that were there already: `index` among `documents`, and `errmsg`
 */
export async function insertMany(
  connection: Connection,
  collection: string,
  documents: readonly object[],
): Promise<readonly { readonly index: number; readonly code: number; readonly errmsg: string }[]> {
  if (documents.length === 0) return [];
  const insert = () => insertCommand(connection, collection, documents);
  // Once more where no answer came, as the driver does for its own writes: what is there already stays as it is.
  const { writeErrors = [], writeConcernError } = await insert().catch(insert);
  const fault = writeErrors.find(({ code }: { code: number }) => code !== duplicateKey) ?? writeConcernError;
  if (fault) throw new mongo.MongoServerError(fault);
  return writeErrors;
}

/** Asks for it once. The answer names those that were refused in `writeErrors`. */
export function insertCommand(
  { db }: Connection,
  collection: string,
  documents: readonly object[],
): Promise<mongo.Document> {
  const database = db!;
  return database.command(
    { insert: collection, documents, ordered: false, ...durability(database) },
    { ignoreUndefined: true },
  );
}

/** What the connection asks of writes: a command as such is sent without it. */
export function durability({ writeConcern }: mongo.Db): object {
  if (!writeConcern) return {};
  const { w, journal: j, wtimeoutMS: wtimeout } = writeConcern;
  return { writeConcern: { w, j, wtimeout } };
}
