import { listOf, network, setting } from '../setting.js';

/** Requests of ours to others. */
export const outboundSettings = {
  allowedPrivateTargets: setting({
    env: 'ALLOWED_PRIVATE_TARGETS',
    sentence:
      'Private networks (CIDR, between commas) that outbound HTTP may reach (scripts, webhooks, audio, SMS, the interfaces of a contact centre), e.g. 127.0.0.0/8. None by default: requests to private addresses are refused.',
    default: '',
    parse: listOf(network),
  }),
} as const;
