import {
  atLeastOne,
  decimal,
  eventSocket,
  key256,
  listenAddress,
  listOf,
  nameServer,
  network,
  oneOf,
  optionalSetting,
  origin,
  port,
  rtpengineAddress,
  setting,
  sharedFolder,
  sideInterfaces,
  text,
  url,
  wholeNumber,
  yesOrNo,
} from './setting.js';

/**
 * Everything an operator may set, by feature. The documented default is the default; `.env.example` and the reference are printed from this table. A number has its unit
 * in its name.
 */
export const settingsTable = {
  // Program
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
    parse: text,
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

  // Data services
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

  // HTTP
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
    parse: listOf(text),
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

  // Accounts
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

  // Contact centre
  contactCentreCacheMs: setting({
    env: 'CONTACT_CENTRE_CACHE_MS',
    sentence:
      "How long a contact centre's settings are used without looking again; a change counts everywhere after at most six times as long.",
    default: '1000',
    parse: wholeNumber(10, 10_000),
  }),

  // Agents
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

  // SIP and media
  nodeId: optionalSetting({
    env: 'NODE_ID',
    sentence: 'Names this media node; another process must not have the same. Made anew at each start when left away.',
    parse: text,
  }),
  callsSurviveRestart: optionalSetting({
    env: 'CALLS_SURVIVE_RESTART',
    sentence:
      'Whether the next process with this NODE_ID goes on with the calls of one that was killed: `yes` or `no`. When left away: yes where NODE_ID is set and the sound has a process of its own (MEDIA_PLANE_SOCKET, or MEDIA_ENGINE freeswitch).',
    parse: yesOrNo,
  }),
  sipListen: setting({
    env: 'SIP_LISTEN',
    sentence:
      'Where SIP listens, between commas, as transport:address:port; transports are udp, tcp, tls, ws and wss (WebSocket, for browsers), IPv6 in brackets.',
    default: 'udp:127.0.0.1:5060,tcp:127.0.0.1:5060',
    parse: listOf(listenAddress),
  }),
  sipAdvertisedAddress: optionalSetting({
    env: 'SIP_ADVERTISED_ADDRESS',
    sentence:
      'The address phones and carriers should use for us, where it is not one of this machine: a machine behind NAT.',
    parse: text,
  }),
  sipEdges: setting({
    env: 'SIP_EDGES',
    sentence:
      'Our own proxies (deploy/kamailio) between this node and the world, between commas, as transport:address:port of the socket that faces the node. What they say of who sent a request is believed, and calls leave through the first that answers.',
    default: '',
    parse: listOf(listenAddress),
  }),
  sipInnerAddress: optionalSetting({
    env: 'SIP_INNER_ADDRESS',
    sentence:
      'Where the edge and other nodes reach the SIP of this node, as transport:address:port; told them with its lease. When left away: where it listens, or the address of its first network interface where it listens on all.',
    parse: (value) => {
      listenAddress(value);
      return value;
    },
  }),
  sipWsOrigins: setting({
    env: 'SIP_WS_ORIGINS',
    sentence:
      'Origins of the web pages whose browsers may connect over ws and wss, between commas, as https://app.example. Empty: all. A client that names no origin is no browser, and may.',
    default: '',
    parse: listOf(origin),
  }),
  rtpengines: setting({
    env: 'RTPENGINES',
    sentence:
      'The rtpengines that relay media, between commas, as host:port of their ng control, with a weight where not 1: 10.0.0.7:2223;2. Empty: media comes straight to this node, and only plain RTP.',
    default: '',
    parse: listOf(rtpengineAddress),
  }),
  mediaRelay: setting({
    env: 'MEDIA_RELAY',
    sentence:
      'Which calls go through RTPENGINES: always, or secure-only: those whose far end speaks, or is offered, SRTP or DTLS-SRTP (browsers). off: none.',
    default: 'secure-only',
    parse: oneOf('always', 'secure-only', 'off'),
  }),
  rtpengineInterfaces: optionalSetting({
    env: 'RTPENGINE_INTERFACES',
    sentence:
      'Names of the interfaces of rtpengine towards us and towards the world, as inside,outside. When left away: its first one for both.',
    parse: sideInterfaces,
  }),
  edgeKamailioRpc: setting({
    env: 'EDGE_KAMAILIO_RPC',
    sentence:
      'Where each Kamailio at the edge (deploy/kamailio) takes JSON-RPC, between commas, as http://10.0.0.5:8060/rpc: a process with the `workers` role tells them nodes and trunks. None by default.',
    default: '',
    parse: listOf(url('http:')),
  }),
  sipTlsCertificateFile: optionalSetting({
    env: 'SIP_TLS_CERTIFICATE_FILE',
    sentence: 'PEM file with the certificate chain for SIP over TLS and wss.',
    parse: text,
  }),
  sipTlsKeyFile: optionalSetting({
    env: 'SIP_TLS_KEY_FILE',
    sentence: 'PEM file with the private key for SIP over TLS and wss.',
    parse: text,
  }),
  sipDnsServers: setting({
    env: 'SIP_DNS_SERVERS',
    sentence:
      'Name servers for the names of carriers and registrars (addresses, between commas, with :port where it is not 53). Empty: those of the machine, and its hosts file.',
    default: '',
    parse: listOf(nameServer),
  }),
  sipCodecs: setting({
    env: 'SIP_CODECS',
    sentence:
      'Codecs we offer, in this order, of PCMU, PCMA and G722 (wideband). What is offered to us is taken in its own order; G722 only where it stands first here, or nothing else is common.',
    default: 'PCMU,PCMA,G722',
    parse: atLeastOne(listOf(oneOf('PCMU', 'PCMA', 'G722'))),
  }),
  sipT1Ms: setting({
    env: 'SIP_T1_MS',
    sentence: 'Round-trip estimate of SIP (RFC 3261 timer T1); the other timers follow from it.',
    default: '500',
    parse: wholeNumber(10, 5000),
  }),
  sipSessionExpiresSeconds: setting({
    env: 'SIP_SESSION_EXPIRES_SECONDS',
    sentence: 'Session timer we ask for (RFC 4028); 0 turns it off.',
    default: '1800',
    parse: wholeNumber(0, 86_400),
  }),
  sipPrivateTargets: setting({
    env: 'SIP_PRIVATE_TARGETS',
    sentence:
      'Private networks (CIDR, between commas) that calls and registrations of every account may be sent to, e.g. 127.0.0.0/8. None by default: SIP to private addresses is refused, but for phones, which are reached where they registered from.',
    default: '',
    parse: listOf(text),
  }),
  sipTrunkPrivateTargets: setting({
    env: 'SIP_TRUNK_PRIVATE_TARGETS',
    sentence:
      'Private networks (CIDR, between commas) that trunks of the first account may lead to besides, such as the one of a PBX.',
    default: '',
    parse: listOf(text),
  }),
  mediaEngine: setting({
    env: 'MEDIA_ENGINE',
    sentence:
      'What takes and makes calls: embedded (our own SIP and sound), or freeswitch (a FreeSWITCH of this node, commanded over its event socket; SIP_LISTEN, the RTP ports and codecs are its own business then).',
    default: 'embedded',
    parse: oneOf('embedded', 'freeswitch'),
  }),
  freeswitchEsl: optionalSetting({
    env: 'FREESWITCH_ESL',
    sentence:
      'Event socket of the FreeSWITCH of this node, as host:port:password. Needed where MEDIA_ENGINE is freeswitch.',
    parse: eventSocket,
    secret: true,
  }),
  freeswitchSounds: optionalSetting({
    env: 'FREESWITCH_SOUNDS',
    sentence:
      'Folder through which sounds and recordings pass to and from FreeSWITCH; both must be able to write there. Where FreeSWITCH sees it elsewhere: ours=theirs. Needed where MEDIA_ENGINE is freeswitch.',
    parse: sharedFolder,
  }),
  freeswitchProfile: setting({
    env: 'FREESWITCH_PROFILE',
    sentence: 'Name of the SIP profile of FreeSWITCH by which calls go out.',
    default: 'internal',
    parse: text,
  }),
  freeswitchSip: optionalSetting({
    env: 'FREESWITCH_SIP',
    sentence: 'Where that profile listens, as transport:address:port; told in the log when the node is ready.',
    parse: (value) => {
      listenAddress(value);
      return value;
    },
  }),
  freeswitchFront: optionalSetting({
    env: 'FREESWITCH_FRONT',
    sentence:
      'Where the SIP front of this node listens, between commas, as transport:address:port; one each of udp (by which it speaks with FreeSWITCH, too), tcp and tls: a proxy of ours between the world (or SIP_EDGES) and the profile at FREESWITCH_SIP, which nobody else should reach then. It asks phones for their password and serves transfers. When left away FreeSWITCH faces the world itself: trunks can call, phones cannot.',
    parse: listOf(listenAddress),
  }),
  rtpPortLow: setting({ env: 'RTP_PORT_LOW', sentence: 'First UDP port for sound.', default: '20000', parse: port }),
  rtpPortHigh: setting({ env: 'RTP_PORT_HIGH', sentence: 'Last UDP port for sound.', default: '29999', parse: port }),
  mediaLossSeconds: setting({
    env: 'MEDIA_LOSS_SECONDS',
    sentence:
      'A call from which nothing comes any more for so long is ended; 0 never. One that never sent anything is left to session timers.',
    default: '10',
    parse: decimal(0, 3600),
  }),
  mediaPlaneSocket: optionalSetting({
    env: 'MEDIA_PLANE_SOCKET',
    sentence:
      'Unix socket between a node and the process that carries its sound (ROLES=media with the same DATA_FOLDER, RTP_PORT_LOW, RTP_PORT_HIGH and MEDIA_LOSS_SECONDS count there), so that talks outlive the node. Needs NODE_ID. When left away, a thread of the node carries it.',
    parse: text,
  }),
  mediaOrphanSeconds: setting({
    env: 'MEDIA_ORPHAN_SECONDS',
    sentence: 'How long a media process keeps sound and recordings going while its node is away; then it closes them.',
    default: '30',
    parse: decimal(1, 3600),
  }),
  maxCalls: setting({
    env: 'MAX_CALLS',
    sentence: 'Calls this node carries at most; beyond it new ones are refused with 503.',
    default: '1000',
    parse: wholeNumber(1, 100_000),
  }),
  maxCallsPerSecond: setting({
    env: 'MAX_CALLS_PER_SECOND',
    sentence: 'Calls this node starts a second at most.',
    default: '300',
    parse: wholeNumber(1, 100_000),
  }),
  registrationMinSeconds: setting({
    env: 'REGISTRATION_MIN_SECONDS',
    sentence: 'Shortest registration a phone may ask for.',
    default: '60',
    parse: wholeNumber(1, 3600),
  }),
  registrationMaxSeconds: setting({
    env: 'REGISTRATION_MAX_SECONDS',
    sentence: 'Longest registration a phone is given.',
    default: '3600',
    parse: wholeNumber(60, 86_400),
  }),
  drainSeconds: setting({
    env: 'DRAIN_SECONDS',
    sentence: 'How long a stopping node waits for its calls before it ends them.',
    default: '5',
    parse: decimal(0, 86_400),
  }),
  timelineRetentionDays: setting({
    env: 'TIMELINE_RETENTION_DAYS',
    sentence: 'How long the timelines of calls are kept.',
    default: '30',
    parse: decimal(0.01, 3650),
  }),
  eventRetentionDays: setting({
    env: 'EVENT_RETENTION_DAYS',
    sentence: 'How long events and the results of their deliveries are kept.',
    default: '30',
    parse: decimal(0.01, 3650),
  }),
  auditRetentionDays: setting({
    env: 'AUDIT_RETENTION_DAYS',
    sentence: 'How long the entries of the audit log are kept.',
    default: '365',
    parse: decimal(0.01, 3650),
  }),
  statusHistoryRetentionDays: setting({
    env: 'STATUS_HISTORY_RETENTION_DAYS',
    sentence: "How long the changes of agents' statuses are kept; the last one of each agent always is.",
    default: '90',
    parse: decimal(0.01, 3650),
  }),

  // Scripts, speech and sound
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

  // Outbound HTTP
  allowedPrivateTargets: setting({
    env: 'ALLOWED_PRIVATE_TARGETS',
    sentence:
      'Private networks (CIDR, between commas) that outbound HTTP may reach (scripts, webhooks, audio, SMS, the interfaces of a contact centre), e.g. 127.0.0.0/8. None by default: requests to private addresses are refused.',
    default: '',
    parse: listOf(text),
  }),
} as const;
