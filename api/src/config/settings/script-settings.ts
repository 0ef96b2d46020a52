import { oneOf, optionalSetting, setting, text, url, wholeNumber } from '../setting.js';

/** Scripts, webhooks, speech and sound files. */
export const scriptSettings = {
  scriptTimeoutMs: setting({
    env: 'SCRIPT_TIMEOUT_MS',
    sentence: 'Time for one script request in all.',
    default: '15000',
    parse: wholeNumber(100, 60_000),
  }),
  scriptConnectTimeoutMs: setting({
    env: 'SCRIPT_CONNECT_TIMEOUT_MS',
    sentence: 'Time to connect for a script request.',
    default: '5000',
    parse: wholeNumber(100, 60_000),
  }),
  scriptRetries: setting({
    env: 'SCRIPT_RETRIES',
    sentence: 'How often a script request that never arrived is sent again.',
    default: '1',
    parse: wholeNumber(0, 5),
  }),
  scriptMaxRedirects: setting({
    env: 'SCRIPT_MAX_REDIRECTS',
    sentence: 'HTTP redirects followed for one script request; each target is checked again.',
    default: '10',
    parse: wholeNumber(0, 20),
  }),
  numberProviderUrl: optionalSetting({
    env: 'NUMBER_PROVIDER_URL',
    sentence: 'A system that is told of each application for a number, by POST. It decides through the API.',
    parse: url('http:', 'https:'),
  }),
  webhookSender: setting({
    env: 'WEBHOOK_SENDER',
    sentence: 'Who makes the requests to receivers of webhooks: http (this program) or svix (a Svix server).',
    default: 'http',
    parse: oneOf('http', 'svix'),
  }),
  svixUrl: optionalSetting({
    env: 'SVIX_URL',
    sentence:
      'The Svix server, such as http://svix:8071, with WEBHOOK_SENDER=svix. It needs SVIX_WHITELABEL_HEADERS=true.',
    parse: url('http:', 'https:'),
  }),
  svixToken: optionalSetting({
    env: 'SVIX_TOKEN',
    sentence: 'A token of that Svix server (`svix-server jwt generate`).',
    parse: text,
    secret: true,
  }),
  areaTable: optionalSetting({
    env: 'AREA_TABLE',
    sentence:
      'A CSV file (prefix,country,province,city,operator) that says where numbers are from, before the built-in tables.',
    parse: text,
  }),
  ffmpegPath: setting({
    env: 'FFMPEG_PATH',
    sentence: 'The ffmpeg program: decodes uploads and makes MP3s. Without it only WAV works.',
    default: 'ffmpeg',
    parse: text,
  }),
  espeakPath: setting({
    env: 'ESPEAK_PATH',
    sentence: 'The eSpeak NG program that speaks texts.',
    default: 'espeak-ng',
    parse: text,
  }),
} as const;
