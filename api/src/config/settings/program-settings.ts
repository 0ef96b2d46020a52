import { listOf, oneOf, optionalSetting, setting, text, url } from '../setting.js';

/** What the process is, and where its data is. */
export const programSettings = {
  roles: setting({
    env: 'ROLES',
    sentence:
      'What this process does: http (the API), calls (the engine and scripts), workers (background jobs), routing (gives waiting calls to agents); or media alone (carries the sound of a node, see MEDIA_PLANE_SOCKET).',
    default: 'http,calls,workers,routing',
    parse: listOf(oneOf('http', 'calls', 'workers', 'routing', 'media')),
  }),
  environment: setting({
    env: 'NODE_ENV',
    sentence: 'What this is set up for: `production` turns off the sink of mails and SMS that developers read by API.',
    default: 'development',
    parse: oneOf('development', 'test', 'production'),
  }),
  logLevel: setting({
    env: 'LOG_LEVEL',
    sentence: 'How much is logged.',
    default: 'info',
    parse: oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent'),
  }),
  dataFolder: setting({
    env: 'DATA_FOLDER',
    sentence: 'Where files are kept: recordings, audio, and the private databases of a development set-up.',
    default: '.hookswitch',
    parse: text,
  }),
  mongodbUri: optionalSetting({
    env: 'MONGODB_URI',
    sentence: 'MongoDB. When left away, a private one is started under the data folder.',
    parse: url('mongodb:', 'mongodb+srv:'),
    secret: true,
  }),
  redisUrl: optionalSetting({
    env: 'REDIS_URL',
    sentence: 'Redis. When left away, a private one is started under the data folder.',
    parse: url('redis:', 'rediss:'),
    secret: true,
  }),
} as const;
