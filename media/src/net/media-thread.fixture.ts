// A process whose thread says how much room it has for young objects once it used it, bytes.

import { getHeapSpaceStatistics } from 'node:v8';
import { isMainThread, parentPort } from 'node:worker_threads';
import { startThread } from './media-thread.js';

if (isMainThread) {
  const thread = startThread(
    new URL(import.meta.url),
    undefined,
    (bytes) => {
      console.log(bytes);
      void thread.stop();
    },
    () => {},
  );
} else {
  const kept: unknown[] = [];
  for (let at = 0; at < 5_000_000; at++) kept[at % 1000] = { at };
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  parentPort?.postMessage([young?.space_size]);
}
