/** What a cluster is made of. */
export interface ClusterOptions {
  /** How many media nodes, 1 to 9. */
  readonly nodes: number;
  /** The first three numbers of the loopback addresses, as `127.0.1`. */
  readonly network: string;
  /** Absolute: everything that is kept, logs among it. */
  readonly dataFolder: string;
  readonly mongodbUri: string;
  readonly redisUrl: string;
  /** Program of the SIP edge (`deploy/kamailio/start`); none without. */
  readonly edge?: string | undefined;
  /** The program rtpengine; none without. */
  readonly rtpengine?: string | undefined;
  /** Environment variables of every process of the platform, on top. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** One process of it. */
export interface PlannedProcess {
  readonly name: string;
  /** `platform`: this program, started as everywhere. */
  readonly program: string;
  readonly arguments: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Answers 200 when the process is ready; undefined where it cannot be asked. */
  readonly readyUrl: string | undefined;
  /** What people want to know: where it is reached. */
  readonly addresses: readonly string[];
}

const probesPort = 9090;
const rtpPortsOfANode = 2000;

/** The processes in the order of their start. Pure. */
export function planCluster(options: ClusterOptions, platform: string): readonly PlannedProcess[] {
  const { network } = options;
  const ids = Array.from({ length: options.nodes }, (_, at) => at + 1);
  return [
    ...(options.edge === undefined ? [] : [edgeProcess(options, options.edge)]),
    ...(options.rtpengine === undefined ? [] : [rtpengineProcess(options, options.rtpengine)]),
    // The one with the API makes the first account.
    platformProcess(options, platform, 'api', 3, { ROLES: 'http', HTTP_HOST: `${network}.3`, HTTP_PORT: '8080' }, [
      `http://${network}.3:8080/v1`,
    ]),
    platformProcess(options, platform, 'workers', 4, {
      ROLES: 'workers',
      ...(options.edge === undefined ? {} : { EDGE_KAMAILIO_RPC: `http://${network}.2:8060/rpc` }),
    }),
    platformProcess(options, platform, 'routing', 5, { ROLES: 'routing' }),
    ...ids.flatMap((id) => [mediaProcess(options, platform, id), mediaNode(options, platform, id)]),
  ];
}

function platformProcess(
  { network, dataFolder, mongodbUri, redisUrl, settings }: ClusterOptions,
  program: string,
  name: string,
  host: number,
  env: Readonly<Record<string, string>>,
  addresses: readonly string[] = [],
): PlannedProcess {
  const own = `${network}.${host}`;
  return {
    name,
    program,
    arguments: [],
    env: {
      MONGODB_URI: mongodbUri,
      REDIS_URL: redisUrl,
      DATA_FOLDER: dataFolder,
      // Everything is on this machine: backends and phones of a try-out too.
      ALLOWED_PRIVATE_TARGETS: '127.0.0.0/8',
      SIP_PRIVATE_TARGETS: '127.0.0.0/8',
      PROBES_HOST: own,
      PROBES_PORT: String(probesPort),
      ...env,
      ...settings,
    },
    readyUrl: `http://${own}:${probesPort}/readyz`,
    addresses: [...addresses, `probes http://${own}:${probesPort}`],
  };
}

/** Carries the sound of that node, so that its talks outlive it. */
function mediaProcess(options: ClusterOptions, platform: string, id: number): PlannedProcess {
  const rtp = 20_000 + (id - 1) * rtpPortsOfANode;
  const env = {
    ROLES: 'media',
    MEDIA_PLANE_SOCKET: socketOf(options, id),
    RTP_PORT_LOW: String(rtp),
    RTP_PORT_HIGH: String(rtp + rtpPortsOfANode - 1),
  };
  return platformProcess(options, platform, `media-${id}-sound`, 20 + id, env);
}

function socketOf({ dataFolder }: ClusterOptions, id: number): string {
  return `${dataFolder}/media-${id}.sock`;
}

function mediaNode(options: ClusterOptions, platform: string, id: number): PlannedProcess {
  const { network } = options;
  const host = 10 + id;
  const sip = `${network}.${host}:5060`;
  const env = {
    ROLES: 'calls',
    NODE_ID: `media-${id}`,
    MEDIA_PLANE_SOCKET: socketOf(options, id),
    SIP_LISTEN: `udp:${sip},tcp:${sip}`,
    SIP_INNER_ADDRESS: `udp:${sip}`,
    ...(options.edge === undefined ? {} : { SIP_EDGES: `udp:${network}.2:5060` }),
    ...(options.rtpengine === undefined ? {} : { RTPENGINES: `${network}.6:2223` }),
  };
  return platformProcess(options, platform, `media-${id}`, host, env, [`sip udp and tcp ${sip}`]);
}

function edgeProcess({ network, dataFolder }: ClusterOptions, program: string): PlannedProcess {
  const outer = `${network}.1:5060`;
  return {
    name: 'edge',
    program,
    arguments: [],
    env: {
      EDGE_RUN: `${dataFolder}/edge`,
      EDGE_LISTEN: `udp:${outer},tcp:${outer}`,
      EDGE_INNER: `${network}.2:5060`,
      EDGE_RPC: `${network}.2:8060`,
      EDGE_WORKERS: '2',
    },
    readyUrl: undefined,
    addresses: [`sip udp and tcp ${outer}: phones and carriers come here`, `rpc http://${network}.2:8060/rpc`],
  };
}

function rtpengineProcess({ network, dataFolder }: ClusterOptions, program: string): PlannedProcess {
  return {
    name: 'rtpengine',
    program,
    arguments: [
      '--config-file=none',
      '--table=-1',
      '--foreground',
      '--log-stderr',
      '--log-level=5',
      `--interface=${network}.6`,
      `--listen-ng=${network}.6:2223`,
      '--port-min=40000',
      '--port-max=43999',
      `--pidfile=${dataFolder}/rtpengine.pid`,
    ],
    env: {},
    readyUrl: undefined,
    addresses: [`ng ${network}.6:2223`],
  };
}
