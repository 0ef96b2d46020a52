import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { Area, AreaOf } from './area.js';

/** A table of one's own: the longest prefix (with its plus sign) that a number begins with says where it is from. */
export type AreaTable = ReadonlyMap<string, Area>;

/**
 * Reads a CSV file with the columns prefix, country, province, city, operator (a header line first).
 * @throws Error naming the line that is wrong
 */
export function readAreaTable(file: string): AreaTable {
  const rows = parse(readFileSync(file), { columns: true, skip_empty_lines: true, trim: true, bom: true }) as Partial<
    Record<string, string>
  >[];
  return new Map(
    rows.map(({ prefix = '', country = '', province = '', city = '', operator = '' }, at) => {
      if (!/^\+[0-9]{1,15}$/.test(prefix)) {
        throw new Error(`${file}, row ${at + 2}: prefix '${prefix}' must be a plus sign and 1 to 15 digits`);
      }
      return [prefix, { country, province, city, operator }] as const;
    }),
  );
}

/** Asks one's own table first, then `otherwise`. */
export function areasWithTable(table: AreaTable, otherwise: AreaOf): AreaOf {
  return async (number) => {
    for (let length = number.length; length > 1; length--) {
      const area = table.get(number.slice(0, length));
      if (area) return area;
    }
    return otherwise(number);
  };
}
