import {
  atLeastOne,
  hostAddress,
  listenAddress,
  listOf,
  nameServer,
  network,
  oneOf,
  optionalSetting,
  origin,
  processName,
  rtpengineAddress,
  setting,
  sideInterfaces,
  text,
  url,
  wholeNumber,
  yesOrNo,
} from '../setting.js';

/** SIP: where a node listens, what it says and whom it believes. */
export const sipSettings = {
  nodeId: optionalSetting({
    env: 'NODE_ID',
    sentence: 'Names this media node; another process must not have the same. Made anew at each start when left away.',
    parse: processName,
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
    parse: hostAddress,
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
      'Which calls go through RTPENGINES: always, or secure-only: those whose far end speaks, or is offered, SRTP or DTLS-SRTP (browsers), or offers ICE. off: none.',
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
    parse: listOf(network),
  }),
  sipTrunkPrivateTargets: setting({
    env: 'SIP_TRUNK_PRIVATE_TARGETS',
    sentence:
      'Private networks (CIDR, between commas) that trunks of the first account may lead to besides, such as the one of a PBX.',
    default: '',
    parse: listOf(network),
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
} as const;
