import type { EstablishedSession } from '../dialogs/established-session.js';
import type { Stack } from '../stack.js';
import type { ReferSubscription } from './refer-subscription.js';

/** REFERs of theirs that we took on, and whose senders want to hear what comes of them (RFC 3515 2.4.4). */
export class Referrals {
  readonly #stack: Pick<Stack, 'newId'>;
  readonly #subscriptions = new Map<string, ReferSubscription>();

  constructor(stack: Pick<Stack, 'newId'>) {
    this.#stack = stack;
  }

  /** Tells the referrer at once that we try. Answers the id for `tell`. */
  subscribe(session: EstablishedSession, cseq: number): string {
    const id = this.#stack.newId('f');
    const subscription = session.referSubscription(cseq, () => this.#subscriptions.delete(id));
    this.#subscriptions.set(id, subscription);
    subscription.tell(100);
    return id;
  }

  /** How the new call stands; a final status is the last. False where nobody listens any more. */
  tell(id: string, status: number): boolean {
    return this.#subscriptions.get(id)?.tell(status) ?? false;
  }
}
