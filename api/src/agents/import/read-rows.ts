import { parse } from 'csv-parse/sync';
import { readSheet } from 'read-excel-file/universal';
import { FileUnreadableError } from './import-errors.js';
import { safeXlsx } from './safe-xlsx.js';

/** One line of a file. */
export interface Row {
  /** As a spreadsheet numbers it, from 1; the header is a row. */
  readonly row: number;
  readonly cells: readonly string[];
}

export const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

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
    const rows = await readSheet(Uint8Array.from(safeXlsx(bytes)).buffer);
    return rows.map((cells, index) => ({ row: index + 1, cells: cells.map(cellText) }));
  } catch (error) {
    if (error instanceof FileUnreadableError) throw error;
    throw new FileUnreadableError('It is no XLSX file that can be read.', error);
  }
}

/** A number that a spreadsheet keeps as such is shown as people see it: without exponent. */
function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'number' && Number.isInteger(cell)) return BigInt(cell).toString();
  return String(cell).trim();
}
