import { headerParams } from './header-values.js';

/** A part of a multipart body. */
export interface BodyPart {
  /** Media type in lower case, without parameters; RFC 2046 5.2 where none is said. */
  readonly contentType: string;
  /** Whether it says that whoever cannot take it must refuse the whole (RFC 5621 5). */
  readonly required: boolean;
  readonly content: string;
}

const mostParts = 20;

/**
 * Takes a multipart body apart (RFC 2046 5.1, RFC 5621): its parts in order, at most twenty. Empty where the type names no boundary, or the body has none.
 * Parts in other multiparts are left as they are.
 */
export function bodyParts(contentType: string, body: Buffer): readonly BodyPart[] {
  const { value, params } = headerParams(contentType);
  const boundary = params.get('boundary');
  if (!value.toLowerCase().startsWith('multipart/') || !boundary || boundary.length > 70) return [];
  // What stands before the first boundary and after the last is no part.
  const chunks = `\r\n${body.toString('latin1')}`.split(`\r\n--${boundary}`).slice(1, mostParts + 1);
  const end = chunks.findIndex((chunk) => chunk.startsWith('--'));
  return chunks.slice(0, end < 0 ? chunks.length : end).flatMap(readPart);
}

function readPart(chunk: string): BodyPart[] {
  const start = /^[ \t]*\r\n/.exec(chunk);
  if (!start) return [];
  const rest = `\r\n${chunk.slice(start[0].length)}`;
  const blank = rest.indexOf('\r\n\r\n');
  if (blank < 0) return [];
  const head = rest.slice(0, blank).replace(/\r\n[ \t]+/g, ' ');
  const header = (name: string) => new RegExp(`\\r\\n${name}[ \\t]*:[ \\t]*([^\\r\\n]*)`, 'i').exec(head)?.[1];
  return [
    {
      contentType: headerParams(header('content-type') ?? 'text/plain').value.toLowerCase(),
      required: /handling\s*=\s*required/i.test(header('content-disposition') ?? ''),
      content: Buffer.from(rest.slice(blank + 4), 'latin1').toString('utf8'),
    },
  ];
}
