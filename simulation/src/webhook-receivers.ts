import type { OutboundRequest } from '@hookswitch/api/outbound-http/index';
import type { PublicEvent } from '@hookswitch/api/webhooks/index';
import type { Chance } from './chance.js';
import type { Internet, SiteAnswer } from './internet.js';

/** How a receiver of webhooks behaves. */
export type Manner = 'good' | 'slow' | 'flaky' | 'dead-for-a-while' | 'gone-later';

/** One try to deliver an event to one URL, in the order in which they were made. */
export interface Attempted {
  readonly url: string;
  readonly eventId: string;
  /** The call, contact or agent it is about. */
  readonly subjectId: string | undefined;
  readonly sequence: number | undefined;
  readonly type: string;
  /** Whether the receiver said 2xx in time. */
  readonly accepted: boolean;
}

/** The time a sender waits for an answer, milliseconds. */
const patienceMs = 15_000;

/** Receives webhooks, well or badly. Once `calm` is called all of them are good. */
export class WebhookReceivers {
  readonly attempts: Attempted[] = [];
  readonly #chance: Chance;
  readonly #note: (who: string, what: string) => void;
  readonly #manners = new Map<string, { manner: Manner; seen: number }>();
  #calm = false;

  constructor(internet: Internet, chance: Chance, note: (who: string, what: string) => void) {
    this.#chance = chance;
    this.#note = note;
    internet.site('hooks.example', (request, url) => this.#take(request, url));
  }

  /** Makes a receiver and answers its URL. */
  open(name: string, manner: Manner): string {
    this.#manners.set(`/${name}`, { manner, seen: 0 });
    return `https://hooks.example/${name}`;
  }

  calm(): void {
    this.#calm = true;
  }

  #take(request: OutboundRequest, url: URL): SiteAnswer {
    const receiver = this.#manners.get(url.pathname);
    if (!receiver) return { afterMs: 1, status: 404 };
    receiver.seen++;
    const answer = this.#answer(receiver.manner, receiver.seen);
    const event = readEvent(String(request.body ?? ''));
    const accepted = 'status' in answer && answer.status < 300 && answer.afterMs < patienceMs;
    this.attempts.push({ url: `https://hooks.example${url.pathname}`, ...event, accepted });
    const outcome = 'failure' in answer ? answer.failure : `${answer.status} after ${answer.afterMs} ms`;
    this.#note(
      `hooks${url.pathname}`,
      `${event.subjectId ?? event.eventId} #${event.sequence} ${event.type}: ${outcome}`,
    );
    return answer;
  }

  #answer(manner: Manner, seen: number): SiteAnswer {
    const chance = this.#chance;
    const quick = { afterMs: chance.between(1, 60), status: 200 };
    if (manner === 'gone-later' && seen > 12) return { afterMs: 5, status: 410 };
    if (this.#calm) return quick;
    switch (manner) {
      case 'slow':
        return { afterMs: chance.between(500, 9000), status: 200 };
      case 'flaky':
        return chance.weighted({ good: 6, error: 2, dead: 1, silent: 1, asks: 1 }) === 'good' ? quick : this.#bad();
      case 'dead-for-a-while':
        return seen < 15 ? { afterMs: 3, failure: 'connect-failed' } : quick;
      default:
        return quick;
    }
  }

  #bad(): SiteAnswer {
    const chance = this.#chance;
    switch (chance.one(['error', 'dead', 'silent', 'asks'] as const)) {
      case 'error':
        return { afterMs: chance.between(1, 200), status: chance.one([301, 400, 500, 503]) };
      case 'dead':
        return { afterMs: 2, failure: 'connection-lost' };
      case 'silent':
        return { afterMs: 3_600_000, status: 200 };
      case 'asks':
        return { afterMs: 5, status: 429, headers: { 'retry-after': String(chance.between(1, 20)) } };
    }
  }
}

function readEvent(body: string) {
  const { id, type, callId, contactId, agentId, sequence } = JSON.parse(body) as PublicEvent;
  return { eventId: id, type, subjectId: callId ?? contactId ?? agentId, sequence };
}
