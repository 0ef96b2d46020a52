import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import type { BinaryContent } from '../operation/binary-content.js';

/**
 * Sends content that is not JSON, or the byte range the client asks for (RFC 9110 14). One range at a time; several ranges, or none that is valid, mean the whole
 * (14.2), one beyond the end means 416.
 */
export async function sendContent(
  request: Request,
  response: Response,
  status: number,
  content: BinaryContent,
): Promise<void> {
  response.setHeader('Content-Type', content.type);
  response.setHeader('Cache-Control', 'private, no-cache');
  if (content.fileName)
    response.setHeader('Content-Disposition', `attachment; filename="${content.fileName.replace(/[^\w.-]/g, '_')}"`);
  const etag = content.etag && `"${content.etag}"`;
  if (etag) response.setHeader('ETag', etag);
  if (etag && request.headers['if-none-match'] === etag) {
    response.status(304).end();
    return;
  }
  let range: { start: number; end: number } | undefined;
  response.status(status);
  if (content.size !== undefined) {
    response.setHeader('Accept-Ranges', 'bytes');
    const conditional = request.headers['if-range'];
    const header = conditional === undefined || conditional === etag ? request.headers.range : undefined;
    const asked = parseRange(header, content.size);
    if (asked === 'beyond') {
      response.status(416).setHeader('Content-Range', `bytes */${content.size}`);
      response.removeHeader('Content-Type');
      response.end();
      return;
    }
    range = asked;
    if (range) response.status(206).setHeader('Content-Range', `bytes ${range.start}-${range.end}/${content.size}`);
    response.setHeader('Content-Length', range ? range.end - range.start + 1 : content.size);
  }
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  await pipeline(await content.open(range), response);
}

/** The one range asked for, `beyond` when it lies past the end, undefined for the whole. */
export function parseRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } | 'beyond' | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  if (match[1] === '') {
    const suffix = Number(match[2]);
    if (suffix === 0 || size === 0) return 'beyond';
    return { start: Math.max(0, size - suffix), end: size - 1 };
  }
  const start = Number(match[1]);
  const end = match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  if (start >= size) return 'beyond';
  return end < start ? undefined : { start, end };
}
