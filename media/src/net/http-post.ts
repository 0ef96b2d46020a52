/** A POST of JSON to an address that the installation itself names. Rejects where no answer came within `limitMs`; an answer of any status resolves. */
export type PostJson = (url: string, body: string, limitMs: number) => Promise<{ status: number; text: string }>;

/** Bytes of an answer that are read; more is no answer of anybody we know. */
const mostBytes = 64 * 1024 * 1024;

export const systemPostJson: PostJson = async (url, body, limitMs) => {
  const headers = { 'content-type': 'application/json' };
  const signal = AbortSignal.timeout(limitMs);
  const response = await fetch(url, { method: 'POST', body, headers, signal, redirect: 'error' });
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > mostBytes) throw new Error(`The answer has more than ${mostBytes} bytes.`);
    parts.push(part);
  }
  return { status: response.status, text: Buffer.concat(parts).toString('utf8') };
};
