import {
  decimal,
  listOf,
  network,
  optionalSetting,
  originOrAll,
  port,
  setting,
  text,
  url,
  wholeNumber,
} from '../setting.js';

/** The API. */
export const httpSettings = {
  httpHost: setting({ env: 'HTTP_HOST', sentence: 'Address the API listens on.', default: '127.0.0.1', parse: text }),
  httpPort: setting({
    env: 'HTTP_PORT',
    sentence: 'Port the API listens on; 0 takes a free one.',
    default: '8080',
    parse: port,
  }),
  trustedProxies: setting({
    env: 'TRUSTED_PROXIES',
    sentence:
      'Addresses or networks (CIDR, between commas) of proxies before the API: what they say of the caller is believed (X-Forwarded-For). None by default.',
    default: '',
    parse: listOf(network),
  }),
  probesHost: setting({
    env: 'PROBES_HOST',
    sentence: 'Address that /healthz, /readyz and /metrics are served on where PROBES_PORT is set.',
    default: '127.0.0.1',
    parse: text,
  }),
  probesPort: optionalSetting({
    env: 'PROBES_PORT',
    sentence:
      'Port for /healthz, /readyz and /metrics of this process, whatever its roles; 0 takes a free one. When left away, only the API port of a process with the role http serves them; when set, /metrics is served here only.',
    parse: port,
  }),
  publicUrl: optionalSetting({
    env: 'PUBLIC_URL',
    sentence: 'Where others reach the API, for links in what we send. The listening address when left away.',
    parse: url('http:', 'https:'),
  }),
  httpTlsCertificateFile: optionalSetting({
    env: 'HTTP_TLS_CERTIFICATE_FILE',
    sentence: 'PEM file with the certificate chain; with the key file it turns HTTPS on.',
    parse: text,
  }),
  httpTlsKeyFile: optionalSetting({
    env: 'HTTP_TLS_KEY_FILE',
    sentence: 'PEM file with the private key.',
    parse: text,
  }),
  corsOrigins: setting({
    env: 'CORS_ORIGINS',
    sentence: 'Web origins whose pages may call the API, between commas; * allows all. None by default.',
    default: '',
    parse: listOf(originOrAll),
  }),
  jsonBodyLimitBytes: setting({
    env: 'JSON_BODY_LIMIT_BYTES',
    sentence: 'Largest JSON body the API takes.',
    default: '262144',
    parse: wholeNumber(1024, 16_777_216),
  }),
  uploadLimitBytes: setting({
    env: 'UPLOAD_LIMIT_BYTES',
    sentence: 'Largest audio file the API takes.',
    default: '5242880',
    parse: wholeNumber(1024, 1_073_741_824),
  }),
  idempotencyKeepHours: setting({
    env: 'IDEMPOTENCY_KEEP_HOURS',
    sentence: 'How long the answer to a write with an Idempotency-Key is kept.',
    default: '24',
    parse: decimal(0.01, 720),
  }),
  authenticationCacheMs: setting({
    env: 'AUTHENTICATION_CACHE_MS',
    sentence: 'How long a checked key is trusted without looking again; a revoked key works at most this long.',
    default: '900',
    parse: wholeNumber(0, 1000),
  }),
  authenticationFailuresPerMinute: setting({
    env: 'AUTHENTICATION_FAILURES_PER_MINUTE',
    sentence:
      'Failed authentications of one address in a minute; further ones are answered with 429. A good key still gets in; beyond 20 times as many only one that the process knows.',
    default: '60',
    parse: wholeNumber(1, 1_000_000),
  }),
} as const;
