import type { LiveCall } from '../../../port/live-call.js';
import type { EslEvent } from '../esl/esl-event.js';
import { dialogIn, type LegDialog } from './leg-dialog.js';

/** The SIP dialog of a leg, as events and the front tell it bit by bit. */
export class TrackedDialog {
  #dialog: LegDialog | undefined;
  /** The tag of FreeSWITCH where the front saw it: events tell that of an answered caller only once the ACK is there. */
  #tag = '';

  get current(): LegDialog | undefined {
    return this.#dialog;
  }

  /** As a former process knew it. */
  restore(dialog: LegDialog | undefined): void {
    this.#dialog = dialog;
  }

  learn(event: EslEvent, direction: LiveCall['direction']): void {
    if (event.get('variable_sip_call_id') === undefined) return;
    const dialog = dialogIn(event, direction);
    this.#dialog = dialog.localTag === '' ? { ...dialog, localTag: this.#tag } : dialog;
  }

  /** FreeSWITCH answered under that tag. True where the dialog is another by that. */
  taggedAs(tag: string): boolean {
    this.#tag = tag;
    if (this.#dialog?.localTag !== '') return false;
    this.#dialog = { ...this.#dialog, localTag: tag };
    return true;
  }

  /** Another channel has the leg. */
  moved(): void {
    this.#tag = '';
  }
}
