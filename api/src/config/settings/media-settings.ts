import {
  decimal,
  eventSocket,
  listenAddress,
  listOf,
  oneOf,
  optionalSetting,
  port,
  setting,
  sharedFolder,
  text,
  wholeNumber,
} from '../setting.js';

/** The engine of a node, its sound and how much it carries. */
export const mediaSettings = {
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
  drainSeconds: setting({
    env: 'DRAIN_SECONDS',
    sentence: 'How long a stopping node waits for its calls before it ends them.',
    default: '5',
    parse: decimal(0, 86_400),
  }),
} as const;
