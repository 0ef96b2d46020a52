import type { LiveCall } from '../../../port/live-call.js';
import type { TransferRequest } from '../../../port/transfer.js';
import { OfferedRefers } from '../../../sip/transfer/offered-refers.js';
import type { ReferTo } from '../../../sip/transfer/refer-to.js';
import type { HeldRequest } from '../front/own-answers.js';
import { isDialog } from '../leg/leg-dialog.js';
import type { LegSurroundings } from '../leg/leg-surroundings.js';
import type { SwitchLeg } from '../leg/switch-leg.js';
import { ReferNotifies } from './refer-notifies.js';

/** REFERs that come on a leg, held back by the front: offers them, and carries the answers out. */
export class ReceivedRefers {
  readonly #leg: SwitchLeg;
  readonly #around: LegSurroundings;
  readonly #offered: OfferedRefers;
  #told: ReferNotifies | undefined;

  constructor(leg: SwitchLeg, around: LegSurroundings, offer: (request: TransferRequest) => boolean) {
    this.#leg = leg;
    this.#around = around;
    this.#offered = new OfferedRefers({
      leg: {
        get status() {
          return leg.status;
        },
        offerTransfer: offer,
      },
      namesUs: (refer) => this.#namesUs(refer),
    });
  }

  /** Of the leg's own dialog, by its tags; else it is nobody's (481). */
  async received({ request, answer }: HeldRequest): Promise<void> {
    const dialog = await this.#leg.readDialog();
    const { callId, toTag = '', fromTag = '' } = request;
    if (!dialog || !isDialog(dialog, { callId, toTag, fromTag, earlyOnly: false })) return answer(481);
    const event = `refer;id=${request.cseq.number}`;
    this.#offered.received(request, {
      accept: (wantsNotify) => {
        answer(202);
        if (!wantsNotify) return;
        const { channelId } = this.#leg;
        const send = (body: string) => this.#around.notify(channelId ?? '', event, body);
        const told = new ReferNotifies(this.#around.timers, send, () => {
          if (this.#told === told) this.#told = undefined;
        });
        this.#told = told;
      },
      refuse: (status, phrase) => answer(status, { phrase }),
      tell: (status) => this.#told?.tell(status),
    });
  }

  /** The far end answered a NOTIFY. */
  answered(): void {
    this.#told?.answered();
  }

  /** Its far end is gone, or another has the leg. */
  forget(): void {
    this.#told?.close();
    this.#told = undefined;
    this.#offered.forget();
  }

  /** By the front's address, or by the name under which the far end called us. */
  #namesUs({ uri: { host, port } }: ReferTo): boolean {
    const { direction, facts }: Pick<LiveCall, 'direction' | 'facts'> = this.#leg;
    const at = port === undefined ? host : `${host}:${port}`;
    return (
      at === this.#around.front?.at ||
      host === this.#around.front?.host ||
      (direction === 'inbound' && host === facts.toHost)
    );
  }
}
