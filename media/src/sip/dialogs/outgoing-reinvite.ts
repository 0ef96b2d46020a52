import { DigestClient } from '../auth/digest-client.js';
import { composeCompanion, composeRequest, type RequestDraft } from '../compose.js';
import type { Flow } from '../flow.js';
import type { SipResponse } from '../parse/message.js';
import type { HeaderList, SipCredentials } from '../sip-command.js';
import type { Stack } from '../stack.js';
import type { InviteClientTransaction } from '../transactions/invite-client.js';

/** What the session of a re-INVITE hears. */
export interface ReinviteUser {
  /** The first 2xx: acknowledge it. */
  answered(response: SipResponse, flow: Flow, cseq: number, auth: HeaderList): void;
  /** The same 2xx again. */
  repeated(cseq: number): void;
  failed(status: number, response: SipResponse | undefined): void;
}

/** A re-INVITE of ours (RFC 3261 14.1), challenges answered. */
export class OutgoingReinvite {
  readonly #stack: Stack;
  readonly #draft: () => RequestDraft;
  readonly #digest: DigestClient | undefined;
  readonly #user: ReinviteUser;
  #transaction: InviteClientTransaction | undefined;

  constructor(stack: Stack, draft: () => RequestDraft, credentials: SipCredentials | undefined, user: ReinviteUser) {
    this.#stack = stack;
    this.#draft = draft;
    this.#digest = credentials && new DigestClient(credentials, stack.settings.random);
    this.#user = user;
    this.#send();
  }

  /** The session is over: waits 64×T1 for the answer, no longer. */
  abandonLater(): void {
    const transaction = this.#transaction;
    if (!transaction || (transaction.state !== 'calling' && transaction.state !== 'proceeding')) return;
    this.#stack.timers.set(64 * this.#stack.settings.timers.t1, () => transaction.abandon());
  }

  #send(): void {
    const { settings, transactions } = this.#stack;
    const draft = this.#draft();
    const branch = `z9hG4bK${this.#stack.token()}`;
    const auth = this.#digest?.headers() ?? [];
    let answered = false;
    this.#transaction = transactions.invite(
      branch,
      composeRequest(settings, draft, branch, auth),
      draft.target,
      (response) => composeCompanion(settings, draft, branch, 'ACK', response.header('to') ?? draft.to),
      {
        response: (response, flow) => {
          const { status } = response;
          if (status < 200) return;
          if (status < 300) {
            if (answered) this.#user.repeated(draft.cseq);
            else {
              answered = true;
              this.#user.answered(response, flow, draft.cseq, auth);
            }
            return;
          }
          const digest = status === 401 || status === 407 ? this.#digest : undefined;
          const asked = { method: 'INVITE', uri: draft.uri, body: draft.body?.content };
          if (digest?.take(response, asked)) this.#send();
          else this.#user.failed(status, response);
        },
        failed: (status) => this.#user.failed(status, undefined),
      },
    );
  }
}
