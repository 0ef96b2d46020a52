import type { Logger } from '@hookswitch/kernel/logger';
import type { LiveCall } from '../../../port/live-call.js';
import type { Replaces } from '../../../sip/transfer/replaces.js';
import { type EslEvent, plainEvent } from '../esl/esl-event.js';
import type { LostDialog } from '../front/farewells.js';
import type { Front } from './leg-surroundings.js';

/** The SIP dialog of a channel, as FreeSWITCH sees it. Tags are '' where they are not known (yet). */
export type LegDialog = LostDialog;

/** Reads it from an event of the channel, or a dump. Of both tags FreeSWITCH keeps those of the INVITE: in one that it sent, its own is in From. */
export function dialogIn(event: EslEvent, direction: LiveCall['direction']): LegDialog {
  const variable = (name: string) => event.get(`variable_sip_${name}`) ?? '';
  const [from, to] = [variable('from_tag'), variable('to_tag')];
  const outbound = direction === 'outbound';
  return {
    callId: variable('call_id'),
    localTag: outbound ? from : to,
    remoteTag: outbound ? to : from,
    local: variable(outbound ? 'from_uri' : 'to_uri'),
    remote: variable(outbound ? 'to_uri' : 'from_uri'),
    contact: variable('contact_uri'),
    contactParams: variable('contact_params'),
    routes: variable('invite_route_uri'),
  };
}

/** Asks FreeSWITCH for the dialog of a channel. */
export async function dialogOfChannel(
  channelId: string,
  direction: LiveCall['direction'],
  api: (command: string) => Promise<string>,
): Promise<LegDialog> {
  return dialogIn(plainEvent(Buffer.from(await api(`uuid_dump ${channelId}`))), direction);
}

/** Whether that is the dialog that its peer names so. What is not known yet does not count against it; a tag of 0 is that of a peer without one, too (RFC 3891 3). */
export function isDialog(dialog: LegDialog, { callId, toTag, fromTag }: Replaces): boolean {
  const fits = (ours: string, theirs: string) => ours === '' || ours === theirs;
  return dialog.callId === callId && fits(dialog.localTag, toTag) && fits(dialog.remoteTag, fromTag);
}

/** Tells the far end of a dialog that FreeSWITCH knows nothing of it any more, where the front can. */
export function letGo(
  dialog: LegDialog | undefined,
  { front, logger }: { readonly front: Pick<Front, 'letGo'> | undefined; readonly logger: Logger },
): void {
  if (!dialog?.contact || dialog.localTag === '' || !front) return;
  try {
    front.letGo(dialog);
  } catch (error) {
    logger.warn({ err: error }, 'the far end of a lost call could not be told');
  }
}
