import { type Clock, pause } from '@hookswitch/kernel/clock';
import type { PostJson } from '../../net/http-post.js';
import { KamailioAnswerError, KamailioRefusedError, KamailioUnreachableError } from './kamailio-errors.js';

export interface JsonRpcSettings {
  /** `http://10.0.0.5:8060/rpc` */
  readonly url: string;
  readonly post: PostJson;
  readonly clock: Clock;
  /** How long one try may take, milliseconds. */
  readonly timeoutMs: number;
  /** Tries after the first, where no answer came. Every command of ours may run twice. */
  readonly retries: number;
  /** Wait before each of them, milliseconds. */
  readonly retryDelayMs: number;
}

export type RpcParameter = string | number;

/** JSON-RPC 2.0 over HTTP as Kamailio's `jsonrpcs` speaks it over `xhttp`. */
export class JsonRpcClient {
  readonly #settings: JsonRpcSettings;
  #lastId = 0;

  constructor(settings: JsonRpcSettings) {
    this.#settings = settings;
  }

  /**
   * The result of a command, as it came. Rejects with `KamailioUnreachableError` where nothing answered after all tries, `KamailioRefusedError` with
   * Kamailio's words, `KamailioAnswerError` where the answer is no JSON-RPC.
   */
  async call(method: string, params: readonly RpcParameter[] = []): Promise<unknown> {
    const { retries, retryDelayMs, clock } = this.#settings;
    for (let left = retries; ; left--) {
      try {
        return await this.#try(method, params);
      } catch (error) {
        if (!(error instanceof KamailioUnreachableError) || left <= 0) throw error;
        await pause(clock, retryDelayMs);
      }
    }
  }

  async #try(method: string, params: readonly RpcParameter[]): Promise<unknown> {
    const id = ++this.#lastId;
    const { status, text } = await this.#post(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    if (status === 403) throw new KamailioUnreachableError('It refuses this address: see EDGE_RPC_ALLOW of the edge.');
    const answer = readAnswer(method, text);
    if (answer.id !== id) throw new KamailioAnswerError(`${method} was answered for another request.`);
    if (answer.error) throw new KamailioRefusedError(method, answer.error.code, answer.error.message);
    return answer.result;
  }

  async #post(body: string): Promise<{ status: number; text: string }> {
    const { post, url, timeoutMs } = this.#settings;
    try {
      return await post(url, body, timeoutMs);
    } catch (error) {
      throw new KamailioUnreachableError(`${url} does not answer.`, { cause: error });
    }
  }
}

interface Answer {
  readonly id: unknown;
  readonly result: unknown;
  readonly error: { readonly code: number; readonly message: string } | undefined;
}

function readAnswer(method: string, text: string): Answer {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new KamailioAnswerError(`${method} was answered with what is no JSON.`);
  }
  if (!isRecord(parsed) || parsed.jsonrpc !== '2.0' || !('result' in parsed || 'error' in parsed)) {
    throw new KamailioAnswerError(`${method} was answered with what is no JSON-RPC 2.0.`);
  }
  const { id, result, error } = parsed;
  if (error === undefined) return { id, result, error: undefined };
  if (!isRecord(error)) throw new KamailioAnswerError(`${method} was answered with an error that says nothing.`);
  return { id, result, error: { code: Number(error.code), message: String(error.message) } };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
