import { decimal, key256, listOf, optionalSetting, setting, wholeNumber } from '../setting.js';

/** What accounts may. */
export const accountSettings = {
  encryptionKey: optionalSetting({
    env: 'ENCRYPTION_KEY',
    sentence:
      'Encrypts stored secrets: 32 bytes in base64 or hex. The set-up makes one; keep it, without it the secrets are lost.',
    parse: key256,
    secret: true,
  }),
  previousEncryptionKeys: setting({
    env: 'PREVIOUS_ENCRYPTION_KEYS',
    sentence: 'Former encryption keys, between commas: what they encrypted can still be read.',
    default: '',
    parse: listOf(key256),
    secret: true,
  }),
  signingSecretOverlapHours: setting({
    env: 'SIGNING_SECRET_OVERLAP_HOURS',
    sentence: 'How long a rotated signing secret still signs beside the new one.',
    default: '24',
    parse: decimal(0, 720),
  }),
  defaultConcurrentCalls: setting({
    env: 'DEFAULT_CONCURRENT_CALLS',
    sentence: 'Concurrent calls a new account may have.',
    default: '100',
    parse: wholeNumber(0, 100_000),
  }),
  defaultCallsPerSecond: setting({
    env: 'DEFAULT_CALLS_PER_SECOND',
    sentence: 'New calls a second a new account may have.',
    default: '10',
    parse: decimal(0, 10_000),
  }),
  defaultMinutesPerDay: setting({
    env: 'DEFAULT_MINUTES_PER_DAY',
    sentence: 'Minutes of outbound calls a day a new account may have.',
    default: '10000',
    parse: wholeNumber(0, 100_000_000),
  }),
  defaultRequestsPerSecond: setting({
    env: 'DEFAULT_REQUESTS_PER_SECOND',
    sentence: 'API requests a second a new account may make.',
    default: '100',
    parse: decimal(1, 100_000),
  }),
} as const;
