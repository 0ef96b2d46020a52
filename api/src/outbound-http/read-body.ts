import type { Readable } from 'node:stream';
import { OutboundHttpError } from './outbound-http.js';

/** Reads an answer's body, at most `maxBytes` of it. Rejects with `response-too-large` as soon as it must be more, and drops the connection. */
export async function readBody(
  stream: Readable,
  maxBytes: number,
  headers: Readonly<Record<string, string>>,
  url: string,
): Promise<Buffer> {
  const tooLarge = () =>
    new OutboundHttpError('response-too-large', `The answer of ${url} is larger than ${maxBytes} bytes.`);
  if (Number(headers['content-length']) > maxBytes) {
    stream.on('error', () => {}).destroy();
    throw tooLarge();
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(); // leaving the loop destroys the stream
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length);
}
