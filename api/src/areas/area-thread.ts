import { parentPort } from 'node:worker_threads';
import type { Area } from './area.js';
import { lookUpArea } from './look-up-area.js';
import { RangeTables } from './range-tables.js';

/** Decoding a table takes a fifth of a second, which must not hold up calls: so it is done in a thread of its own. */
const tables = new RangeTables();

parentPort!.on('message', async ({ id, number }: AreaQuestion) => {
  const area = await lookUpArea(tables, number).catch(() => undefined);
  parentPort!.postMessage({ id, area } satisfies AreaAnswer);
});

export interface AreaQuestion {
  readonly id: number;
  readonly number: string;
}

export interface AreaAnswer {
  readonly id: number;
  readonly area: Area | undefined;
}
