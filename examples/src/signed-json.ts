import type { IncomingMessage } from 'node:http';
import { Webhook } from 'standardwebhooks';

/**
 * Reads a request of Hookswitch's and checks its signature: script requests and webhooks are both signed as Standard Webhooks says.
 * Throws where the signature is wrong: answer such a request with 401 and do nothing.
 */
export async function signedJson(request: IncomingMessage, secret: string): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString('utf8');
  return new Webhook(secret).verify(body, request.headers as Record<string, string>);
}
