import { decimal, optionalSetting, setting, text, url, wholeNumber } from '../setting.js';

/** The contact centre and its agents. */
export const centreSettings = {
  contactCentreCacheMs: setting({
    env: 'CONTACT_CENTRE_CACHE_MS',
    sentence:
      "How long a contact centre's settings and the numbers it may show are used without looking again; a change counts everywhere after at most six times as long.",
    default: '1000',
    parse: wholeNumber(10, 10_000),
  }),
  accessTokenMinutes: setting({
    env: 'ACCESS_TOKEN_MINUTES',
    sentence: "How long an agent's access token is good; then the client refreshes it.",
    default: '15',
    parse: decimal(0.01, 1440),
  }),
  sessionHours: setting({
    env: 'SESSION_HOURS',
    sentence: "How long an agent's session stays up without being refreshed.",
    default: '24',
    parse: decimal(0.01, 8760),
  }),
  loginFailures: setting({
    env: 'LOGIN_FAILURES',
    sentence: 'Failed log-ins of one agent until it is locked out; of one address 20 times as many.',
    default: '10',
    parse: wholeNumber(1, 1000),
  }),
  loginLockMinutes: setting({
    env: 'LOGIN_LOCK_MINUTES',
    sentence: 'How long failed log-ins count, and so how long a lock-out lasts at most.',
    default: '15',
    parse: wholeNumber(1, 1440),
  }),
  loginCodeMinutes: setting({
    env: 'LOGIN_CODE_MINUTES',
    sentence: 'How long a code sent to a phone is good.',
    default: '5',
    parse: wholeNumber(1, 60),
  }),
  smtpUrl: optionalSetting({
    env: 'SMTP_URL',
    sentence:
      'Mail server, as smtp://user:password@host:587 or smtps://…. When left away, mails go into a sink that is read by API; not in production.',
    parse: url('smtp:', 'smtps:'),
    secret: true,
  }),
  mailFrom: setting({
    env: 'MAIL_FROM',
    sentence: 'Sender of mails, as `Name <address>`.',
    default: 'Hookswitch <hookswitch@localhost>',
    parse: text,
  }),
  smsUrl: optionalSetting({
    env: 'SMS_URL',
    sentence:
      'Service that sends SMS: it gets a POST of `to`, `text` and `purpose` as JSON. When left away, SMS go into the sink; not in production.',
    parse: url('http:', 'https:'),
    secret: true,
  }),
  smsAuthorization: optionalSetting({
    env: 'SMS_AUTHORIZATION',
    sentence: 'Authorization header for the SMS service.',
    parse: text,
    secret: true,
  }),
} as const;
