import { crossingHeaders } from '../../../port/crossing-headers.js';
import type { LiveCall } from '../../../port/live-call.js';
import { ReferOutcome } from '../../../port/refer-outcome.js';
import type { Refer, ReferResult } from '../../../port/transfer.js';
import { hostPortText, parseUri, withoutHeaders } from '../../../sip/parse/uri.js';
import { SipSyntaxError } from '../../../sip/sip-errors.js';
import { isLastNotify, statusOfSipfrag } from '../../../sip/transfer/sipfrag.js';
import type { EslEvent } from '../esl/esl-event.js';
import { ownHeaders } from '../front/own-headers.js';
import type { LegDialog } from '../leg/leg-dialog.js';
import type { LegSurroundings } from '../leg/leg-surroundings.js';

/** The leg that REFERs are sent on, as far as they need it. */
export interface ReferringLeg {
  readonly status: LiveCall['status'];
  /** `uuid_<verb> <channel> <rest>`. */
  command(verb: string, rest?: string): Promise<string>;
  /** Its SIP dialog; undefined where it has none, or several. */
  readDialog(): Promise<LegDialog | undefined>;
}

type ReferSurroundings = Pick<LegSurroundings, 'timers' | 'logger' | 'host'> & {
  readonly front: unknown;
};

/** How often FreeSWITCH is asked for the answer to a REFER, which no event tells, milliseconds. */
const askMs = 50;

/**
 * REFERs that we send on a leg: one at a time. `uuid_deflect` sends them; with `sip_refer_continue_after_reply` the call stays whatever comes of it. What the far end tells of
 * its new call comes as `sofia::notify_refer`.
 */
export class SentRefers {
  readonly #leg: ReferringLeg;
  readonly #around: ReferSurroundings;
  #last: ReferOutcome | undefined;
  /** One was taken: FreeSWITCH sends no other on the same call. */
  #taken = false;

  constructor(leg: ReferringLeg, around: ReferSurroundings) {
    this.#leg = leg;
    this.#around = around;
  }

  async send(refer: Refer): Promise<ReferResult> {
    if (this.#leg.status !== 'answered') return { end: 'not-answered' };
    if (this.#last && !this.#last.over) return { end: 'refused', referStatus: 491 };
    if (this.#taken) return { end: 'refused', referStatus: 501 };
    const outcome = new ReferOutcome(refer, (ms, action) => this.#around.timers.after(ms, action));
    this.#last = outcome;
    void this.#send(refer, outcome);
    return outcome.result;
  }

  /** A NOTIFY about a REFER of ours. */
  notified(event: EslEvent): void {
    const substate = event.get('subscription-substate') ?? '';
    const status = statusOfSipfrag(event.body);
    this.#last?.notified({ status, last: isLastNotify(substate, status) });
  }

  /** The leg has ended, or another far end has it. */
  forget(): void {
    this.#last?.gaveUp();
    this.#taken = false;
  }

  async #send(refer: Refer, outcome: ReferOutcome): Promise<void> {
    try {
      const target = await this.#targetOf(refer.to);
      if (target === undefined) return outcome.answered(400);
      await this.#leg.command('setvar_multi', this.#variablesOf(refer));
      if (outcome.over) return;
      await this.#leg.command('deflect', target);
      while (!outcome.over) {
        const status = Number(await this.#leg.command('getvar', statusVariable));
        if (status >= 200) {
          this.#taken = status < 300;
          return outcome.answered(status);
        }
        await new Promise<void>((resolve) => this.#around.timers.after(askMs, resolve));
      }
    } catch (error) {
      if (error instanceof SipSyntaxError) return outcome.answered(400);
      this.#around.logger.warn({ err: error }, 'a REFER could not be sent');
      outcome.gaveUp();
    }
  }

  /** What FreeSWITCH is to send somebody to; undefined for what it cannot. */
  async #targetOf(to: Refer['to']): Promise<string | undefined> {
    if (typeof to !== 'string') return targetOfLeg(to);
    const uri = parseUri(to);
    // FreeSWITCH takes every URI for one of SIP: a number goes there as RFC 3261 19.1.6 says.
    if (uri.scheme === 'tel') return `sip:${uri.user}@${hostPortText(this.#around.host, undefined)};user=phone`;
    if (uri.scheme === 'sips')
      return this.#around.front && isNamedByFront(to) ? to.replace(/^sips:/i, 'sip:') : undefined;
    return uri.scheme === 'sip' ? to : undefined;
  }

  #variablesOf({ to, headers = {} }: Refer): string {
    const extra = Object.entries(crossingHeaders(headers));
    if (this.#around.front) extra.push([ownHeaders.referTo, isNamedByFront(to) ? base64url(to) : '']);
    const said = extra.map(([name, value]) => `sip_h_${name}=${value.replace(/;/g, ' ')}`);
    return ['sip_refer_continue_after_reply=true', `${statusVariable}=`, ...said].join(';');
  }
}

const statusVariable = 'sip_refer_status_code';

/** The front writes these whole: FreeSWITCH would take the parameters of a URI for its own, and `sips` for no URI at all. */
function isNamedByFront(to: Refer['to']): to is string {
  return typeof to === 'string' && /^sips?:[^\s<>]+$/i.test(to);
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}

/** The far end of an answered leg of ours, to be called in the place of that leg: its own tag is the to-tag (RFC 3891 3). */
async function targetOfLeg(leg: LiveCall): Promise<string | undefined> {
  if (leg.status !== 'answered' || !('readDialog' in leg)) return undefined;
  const dialog = await (leg as LiveCall & ReferringLeg).readDialog();
  if (!dialog || [dialog.contact, dialog.localTag, dialog.remoteTag].includes('')) return undefined;
  const replaces = `${dialog.callId};to-tag=${dialog.remoteTag};from-tag=${dialog.localTag}`;
  return `${withoutHeaders(`sip:${dialog.contact}`)}?Replaces=${encodeURIComponent(replaces)}`;
}
