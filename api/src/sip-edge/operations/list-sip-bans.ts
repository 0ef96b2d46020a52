import type { OperationHandler } from '../../operation/handler.js';
import { anyIdFromCursor } from '../../store/cursor.js';
import { pageById } from '../../store/page-by-id.js';
import { asTimestamp } from '../../store/timestamp.js';
import { overlap } from '../../trunks/index.js';
import { bansOf } from '../bans-of.js';
import type { SipBan } from '../sip-ban.js';
import type { SipBanDeps } from '../sip-ban-deps.js';
import { sipBanView } from '../sip-ban-view.js';

type Query = Parameters<OperationHandler<'listSipBans'>>[0]['query'];

export function listSipBans(deps: SipBanDeps): OperationHandler<'listSipBans'> {
  return async ({ query }, { account }) => {
    const { limit = 50, cursor } = query;
    const ranked = (await bansOf(account, deps)).filter(fits(query)).map((ban) => ({ id: placeOf(ban), ban }));
    const { items, nextCursor } = pageById(ranked, limit, cursor, anyIdFromCursor);
    return { status: 200, body: { items: items.map(({ ban }) => sipBanView(ban)), nextCursor } };
  };
}

function fits({ address, machine, reason, sinceFrom, sinceBefore, untilBefore }: Query) {
  return (ban: SipBan) =>
    (address === undefined || overlap(address, ban.network)) &&
    (machine === undefined || ban.machines.includes(machine)) &&
    (reason === undefined || ban.reason === reason) &&
    (sinceFrom === undefined || ban.since >= asTimestamp(sinceFrom)) &&
    (sinceBefore === undefined || ban.since < asTimestamp(sinceBefore)) &&
    (untilBefore === undefined || (ban.until !== null && ban.until < asTimestamp(untilBefore)));
}

/** Its place in the list, newest first, in texts that sort upwards. */
function placeOf({ since, id }: SipBan): string {
  return `${String(Number.MAX_SAFE_INTEGER - Date.parse(since)).padStart(16, '0')} ${id}`;
}
