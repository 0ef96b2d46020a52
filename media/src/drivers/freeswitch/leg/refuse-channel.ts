import { crossingHeaders } from '../../../port/crossing-headers.js';
import { reasonPhrases } from '../../../sip/parse/reason-phrases.js';
import { causeForStatus } from '../channel/termination-from-cause.js';
import type { LegSurroundings } from './leg-surroundings.js';

/**
 * Refuses a call that was not answered. Most statuses have a hang-up cause; the others, and those with a reason of their own, are sent by the application `respond`. Headers of
 * the refusal are set as `sip_rh_…` variables first.
 */
export function refuseChannel(
  { api, execute, newId, logger }: Pick<LegSurroundings, 'api' | 'execute' | 'newId' | 'logger'>,
  channelId: string,
  status: number,
  {
    reason,
    retryAfterSeconds,
    headers = {},
  }: { reason?: string; retryAfterSeconds?: number; headers?: Readonly<Record<string, string>> },
): void {
  const all = {
    ...crossingHeaders(headers),
    ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
  };
  const run = async () => {
    for (const [name, value] of Object.entries(all)) await api(`uuid_setvar ${channelId} sip_rh_${name} ${value}`);
    const cause = causeForStatus(status);
    if (cause !== undefined && reason === undefined) await api(`uuid_kill ${channelId} ${cause}`);
    else await execute(channelId, 'respond', `${status} ${reason ?? reasonPhrases[status] ?? 'Refused'}`, newId());
  };
  run().catch((error: unknown) => logger.warn({ err: error, channelId, status }, 'a call could not be refused'));
}
