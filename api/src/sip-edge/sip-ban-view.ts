import type { Schema } from '@hookswitch/openapi/operations';
import type { SipBan } from './sip-ban.js';

/** As users see it. */
export function sipBanView(ban: SipBan): Schema<'SipBan'> {
  return { ...ban, machines: [...ban.machines] };
}
