import type { Clock } from '@hookswitch/kernel/clock';
import { type Flow, type SipTarget, targetOfFlow } from '../../../sip/flow.js';
import { buildResponse } from '../../../sip/parse/build-message.js';
import type { SipRequest } from '../../../sip/parse/message.js';
import type { HeaderList } from '../../../sip/sip-command.js';
import { branchOf } from './proxied-message.js';
import { Remembered } from './remembered.js';

/** A request that the front does not hand on. */
export interface HeldRequest {
  readonly request: SipRequest;
  /** Answers it with a final status, once; its retransmissions get the same answer. */
  answer(status: number, options?: { readonly phrase?: string | undefined; readonly headers?: HeaderList }): void;
}

interface AnswerParts {
  readonly headers?: HeaderList;
  readonly phrase?: string | undefined;
}

/** The To tag of our own answers begins so: the ACK to one is for nobody else. */
const tagMark = 'hwfront';

/** What the front answers itself. */
export class OwnAnswers {
  readonly #send: (target: SipTarget, bytes: Buffer) => void;
  /** Those to requests that may come again. */
  readonly #kept: Remembered<Buffer | 'none-yet'>;
  #lastTag = 0;

  constructor(clock: Clock, send: (target: SipTarget, bytes: Buffer) => void) {
    this.#send = send;
    this.#kept = new Remembered(clock);
  }

  /** Whether a request belongs to one of our answers, or comes again and gets what it got before: then there is nothing more to do. */
  isSettled(request: SipRequest, flow: Flow): boolean {
    if (request.toTag?.startsWith(tagMark)) return true;
    const before = this.#kept.get(keyOf(request));
    if (before !== undefined && before !== 'none-yet') this.#send(targetOfFlow(flow), before);
    return before !== undefined;
  }

  answer(request: SipRequest, flow: Flow, status: number, more: AnswerParts = {}): void {
    this.#send(targetOfFlow(flow), this.#bytes(request, status, more));
  }

  /** A request that somebody else answers, with that Contact where he says no other headers. */
  held(request: SipRequest, flow: Flow, contact: string): HeldRequest {
    this.#kept.set(keyOf(request), 'none-yet');
    const ours: HeaderList = [['Contact', `<sip:${contact}>`]];
    return {
      request,
      answer: (status, { phrase, headers = ours } = {}) => {
        const bytes = this.#bytes(request, status, { headers, phrase });
        this.#kept.set(keyOf(request), bytes);
        this.#send(targetOfFlow(flow), bytes);
      },
    };
  }

  #bytes(request: SipRequest, status: number, { headers = [], phrase }: AnswerParts): Buffer {
    const to = request.header('to') ?? '';
    const needsTag = request.toTag === undefined && status > 100;
    if (needsTag) this.#lastTag += 1;
    return buildResponse(status, phrase, {
      headers: [
        ...request.lines('via').map((value) => ['Via', value] as [string, string]),
        ['From', request.header('from') ?? ''],
        ['To', needsTag ? `${to};tag=${tagMark}${this.#lastTag}` : to],
        ['Call-ID', request.callId],
        ['CSeq', request.header('cseq') ?? ''],
        ...headers,
      ],
    });
  }
}

function keyOf(request: SipRequest): string {
  return branchOf(request) + request.method;
}
