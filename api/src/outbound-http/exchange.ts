import type { Agent, Dispatcher } from 'undici';
import { OutboundHttpError } from './outbound-http.js';

export interface ExchangeOptions {
  readonly signal: AbortSignal;
  /** A body that is longer is refused with `response-too-large` as soon as it must be, and the connection dropped. */
  readonly maxBytes: number;
  /** The URL as errors may show it. */
  readonly shown: string;
  /** Whether the body of that answer is worth reading; where it is not, the connection is dropped. */
  readonly wantsBody: (status: number, headers: Readonly<Record<string, string>>) => boolean;
}

export interface WholeAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/**
 * Sends a request and reads its answer whole. undici's own `request` makes a stream of each body, which for the short ones that scripts and webhooks answer
 * costs more than the rest. Rejects with the signal's reason, what undici says, or OutboundHttpError.
 */
export function exchange(
  agent: Agent,
  options: Dispatcher.DispatchOptions,
  how: ExchangeOptions,
): Promise<WholeAnswer> {
  const { signal, maxBytes, shown, wantsBody } = how;
  return new Promise((resolve, reject) => {
    let dispatched: Dispatcher.DispatchController | undefined;
    let answer: Omit<WholeAnswer, 'body'> | undefined;
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = () => signal.removeEventListener('abort', giveUp);
    const fail = (error: unknown) => {
      settle();
      reject(error);
      // Once settled, what the connection says of its end does not matter any more.
      if (dispatched && !dispatched.aborted) dispatched.abort(new Error('given up'));
    };
    const giveUp = () => fail(signal.reason);
    const finish = () => {
      settle();
      if (answer) resolve({ ...answer, body: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length) });
    };
    const tooLarge = () =>
      fail(new OutboundHttpError('response-too-large', `The answer of ${shown} is larger than ${maxBytes} bytes.`));
    signal.addEventListener('abort', giveUp);
    if (signal.aborted) return giveUp();
    agent.dispatch(options, {
      onRequestStart(controller) {
        dispatched = controller;
        if (signal.aborted) controller.abort(new Error('given up'));
      },
      onResponseStart(controller, status, received) {
        if (status < 200) return;
        const headers = flatten(received);
        answer = { status, headers };
        if (!wantsBody(status, headers)) {
          finish();
          controller.abort(new Error('not wanted'));
        } else if (Number(headers['content-length']) > maxBytes) tooLarge();
      },
      onResponseData(_controller, chunk) {
        length += chunk.length;
        if (length > maxBytes) tooLarge();
        else chunks.push(chunk);
      },
      onResponseEnd: finish,
      onResponseError: (_controller, error) => fail(error),
    });
  });
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
