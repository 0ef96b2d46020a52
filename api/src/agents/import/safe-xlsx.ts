import { strFromU8, unzipSync, zipSync } from 'fflate';
import { FileUnreadableError } from './import-errors.js';

/** A file's cells may not take more than so much once they are unpacked: a thousand agents take less than one megabyte. */
const mostUnpackedBytes = 8 * 1024 * 1024;
const mostParts = 1000;

/** Parts that have no cells: pictures, and what else makes a sheet look nice. */
const decoration = /^(xl\/(theme|drawings|media|charts|embeddings)|docProps|customXml)\//;

/** Where a row or a cell says it stands, at most CV9999: who reads a sheet makes room up to there. */
const place = /(?<![\w:.-])r\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const placeWithinReach = /^([A-B]?[A-Z]?|C[A-V])\d{1,4}$/;

/**
 * An XLSX file with nothing but the parts that cells come from, so that neither sizes that lie nor cells far away from all others take the process's memory.
 * @throws FileUnreadableError
 */
export function safeXlsx(bytes: Uint8Array): Uint8Array {
  let [parts, size] = [0, 0];
  // Nothing is unpacked before all sizes are known, and nothing beyond the size that was told.
  unzipSync(bytes, {
    filter: ({ name, originalSize }) => {
      parts += 1;
      if (holdsCells(name)) size += originalSize;
      return false;
    },
  });
  if (parts > mostParts || size > mostUnpackedBytes) throw new FileUnreadableError('It holds too much.');
  const unpacked = unzipSync(bytes, { filter: ({ name }) => holdsCells(name) });
  for (const [name, part] of Object.entries(unpacked)) if (name.startsWith('xl/')) checkPlaces(strFromU8(part));
  return zipSync(unpacked, { level: 0 });
}

function holdsCells(name: string): boolean {
  return /\.(xml|rels)$/.test(name) && !decoration.test(name);
}

function checkPlaces(part: string): void {
  for (const [, quoted, apostrophed] of part.matchAll(place)) {
    if (!placeWithinReach.test(quoted ?? apostrophed ?? ''))
      throw new FileUnreadableError('Its first sheet may have 100 columns and 9,999 rows at most.');
  }
}
