// What the platform has written, asked of its database itself, so that asking costs the platform nothing.
import mongoose from 'mongoose';
import { startMongoServer } from '../../platform/dist/data-servers/mongo-server.js';
import { sleep } from './measure.mjs';

/** Opens the records of a running platform that keeps its data in that folder. */
export async function openRecords(dataFolder) {
  const { uri } = await startMongoServer({ dataFolder });
  const connection = await mongoose.createConnection(uri, { dbName: 'hookswitch' }).asPromise();
  const calls = connection.collection('calls');
  const cdrs = connection.collection('cdrs');
  return {
    /** How many CDRs there are, of all accounts. */
    cdrs: () => cdrs.estimatedDocumentCount(),
    /** Resolves, after at most `seconds`, to the number of calls that are not over or have events to relay: 0 once all is written and moved on. */
    async unsettled(seconds = 120) {
      for (const until = performance.now() + seconds * 1000; ; await sleep(500)) {
        const open = await calls.countDocuments({ liveOn: { $exists: true } });
        const waiting = await calls.countDocuments({ 'pendingEvents.sequence': { $exists: true } });
        if (open + waiting === 0 || performance.now() > until) return open + waiting;
      }
    },
    close: () => connection.close(),
  };
}
