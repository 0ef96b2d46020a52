import { type Clock, pause } from '@hookswitch/kernel/clock';
import {
  type OutboundHttp,
  OutboundHttpError,
  type OutboundRequest,
  type OutboundResponse,
} from '../../outbound-http/index.js';
import type { PlanByNode } from './plan-by-node.js';
import type { SimulatedAnswer } from './simulation.js';

/** One request that a node made. */
export interface SimulatedRequest {
  readonly at: number;
  readonly node: string | null;
  readonly url: string;
  readonly body: string;
  status?: number;
}

/** Addresses out there, which answer what was planned for the node that asks. */
export class SimulatedHttp implements OutboundHttp {
  readonly requests: SimulatedRequest[] = [];
  readonly #clock: Clock;
  readonly #answers: PlanByNode<SimulatedAnswer>;
  readonly #node: () => string | null;
  readonly #told: (request: SimulatedRequest) => void;

  /** @param told hears of each request */
  constructor(
    clock: Clock,
    answers: PlanByNode<SimulatedAnswer>,
    node: () => string | null,
    told: (request: SimulatedRequest) => void,
  ) {
    this.#told = told;
    this.#clock = clock;
    this.#answers = answers;
    this.#node = node;
  }

  async request({ url, body, timeoutMs, maxBytes, signal }: OutboundRequest): Promise<OutboundResponse> {
    const node = this.#node();
    const asked: SimulatedRequest = { at: this.#clock.now(), node, url, body: String(body ?? '') };
    this.requests.push(asked);
    this.#told(asked);
    const answer = node === null ? undefined : this.#answers.next(node);
    if (!answer || answer.unreachable) {
      throw new OutboundHttpError('connect-failed', `Nothing is planned to answer for ${node ?? 'this request'}.`);
    }
    const limitMs = timeoutMs ?? Number.POSITIVE_INFINITY;
    const takesMs = answer.afterSeconds * 1000;
    await pause(this.#clock, Math.min(takesMs, limitMs), signal);
    if (signal?.aborted) throw new OutboundHttpError('request-aborted', 'The request was given up.');
    if (takesMs > limitMs) throw new OutboundHttpError('request-timeout', `No answer came within ${limitMs} ms.`);
    asked.status = answer.status;
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
    if (Buffer.byteLength(text) > (maxBytes ?? Number.POSITIVE_INFINITY)) {
      throw new OutboundHttpError('response-too-large', `The answer has more than ${maxBytes} bytes.`);
    }
    return {
      status: answer.status,
      headers: { 'content-type': typeof answer.body === 'string' ? 'text/plain' : 'application/json' },
      body: Buffer.from(text),
      url,
    };
  }
}
