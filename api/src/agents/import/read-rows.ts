import { parse } from 'csv-parse/sync';
import { unzipSync } from 'fflate';
import { readSheet } from 'read-excel-file/universal';
import { FileUnreadableError } from './import-errors.js';

/** One line of a file. */
export interface Row {
  /** As a spreadsheet numbers it, from 1; the header is a row. */
  readonly row: number;
  readonly cells: readonly string[];
}

export const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** More than so much a file may not hold once it is unpacked. */
const mostUnpackedBytes = 50 * 1024 * 1024;
const mostParts = 1000;

/**
 * The lines of a CSV file (UTF-8, comma or semicolon) or of an XLSX file's first sheet, without empty ones.
 * @throws FileUnreadableError
 */
export async function readRows(bytes: Buffer, type: string): Promise<Row[]> {
  const rows = type === xlsxType ? await xlsxRows(bytes) : csvRows(bytes);
  return rows.filter(({ cells }) => cells.some((cell) => cell !== ''));
}

function csvRows(bytes: Buffer): Row[] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FileUnreadableError('It is not UTF-8. Save it as "CSV UTF-8".');
  }
  const [header = ''] = text.split('\n', 1);
  const delimiter = header.includes(';') && !header.includes(',') ? ';' : ',';
  try {
    const records = parse(text, {
      delimiter,
      bom: true,
      relaxColumnCount: true,
      trim: true,
      info: true,
    }) as unknown as {
      readonly record: readonly string[];
      readonly info: { readonly lines: number };
    }[];
    return records.map(({ record, info }) => ({ row: info.lines, cells: record }));
  } catch (error) {
    throw new FileUnreadableError(`It is no CSV: ${(error as Error).message}`, error);
  }
}

async function xlsxRows(bytes: Buffer): Promise<Row[]> {
  try {
    refuseBombs(bytes);
    const plain = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    const rows = await readSheet(plain);
    return rows.map((cells, index) => ({ row: index + 1, cells: cells.map(cellText) }));
  } catch (error) {
    if (error instanceof FileUnreadableError) throw error;
    throw new FileUnreadableError('It is no XLSX file that can be read.', error);
  }
}

/** A small file may hold gigabytes of zeros. Nothing is unpacked to find out. */
function refuseBombs(bytes: Buffer): void {
  let [parts, size] = [0, 0];
  unzipSync(bytes, {
    filter: ({ originalSize }) => {
      parts += 1;
      size += originalSize;
      return false;
    },
  });
  if (parts > mostParts || size > mostUnpackedBytes) throw new FileUnreadableError('It holds too much.');
}

/** A number that a spreadsheet keeps as such is shown as people see it: without exponent. */
function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'number' && Number.isInteger(cell)) return BigInt(cell).toString();
  return String(cell).trim();
}
