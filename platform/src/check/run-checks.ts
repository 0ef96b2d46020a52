import { dirname, resolve } from 'node:path';
import type { Settings } from '@hookswitch/api/config/settings';
import { fetchedMongod } from '../data-servers/fetch-mongod.js';
import { findMongoStandIn } from '../data-servers/mongo-stand-in.js';
import { checkAdvertisedAddress } from './advertised-address-check.js';
import { type CertificateFacts, checkCertificate } from './certificate-check.js';
import type { CheckResult } from './check.js';
import { checkClock } from './clock-check.js';
import { checkDisk } from './disk-check.js';
import { type Machine, thisMachine } from './machine.js';
import { checkMediaPorts } from './media-ports-check.js';
import { checkSocketOfMedia, checkSocketOfNode, type MediaSocket } from './media-socket-check.js';
import { checkPort } from './port-check.js';
import { checkFfmpeg, checkMongo, checkRedis, checkSpeech } from './program-check.js';

/** Looks at everything that the roles of this process need. Starts nothing; makes the data folder where it is missing. */
export async function runChecks(settings: Settings, machine: Machine = thisMachine): Promise<CheckResult[]> {
  const roles = new Set<string>(settings.roles);
  const dataFolder = resolve(settings.dataFolder);
  const checks: Promise<CheckResult>[] = [];
  if (roles.has('media')) checks.push(...mediaChecks(settings, machine));
  if (roles.has('http')) checks.push(...httpChecks(settings, machine));
  if (roles.has('calls')) checks.push(...callChecks(settings, machine));
  const { probesHost: address, probesPort: port } = settings;
  if (port !== undefined) {
    checks.push(checkPort(machine, 'probes port', { transport: 'tcp', address, port }, 'PROBES_PORT or PROBES_HOST'));
  }
  if (!roles.has('media')) checks.push(...dataChecks(settings, machine, dataFolder));
  return Promise.all([
    ...checks,
    checkClock(machine.now(), machine.builtAt()),
    checkDisk({
      folder: dataFolder,
      freeBytes: machine.freeBytes(dataFolder),
      whyNotWritable: machine.whyNotWritable(dataFolder),
    }),
  ]);
}

function dataChecks(settings: Settings, machine: Machine, dataFolder: string): Promise<CheckResult>[] {
  return [
    checkRedis(machine, settings.redisUrl),
    checkMongo(machine, settings.mongodbUri, {
      fetched: fetchedMongod(dataFolder),
      standIn: findMongoStandIn() !== undefined,
    }),
    checkFfmpeg(machine, settings.ffmpegPath),
  ];
}

/** What a process needs that carries the sound of a node, and nothing else. */
function mediaChecks(settings: Settings, machine: Machine): Promise<CheckResult>[] {
  return [
    lookAtSocket(settings, machine).then((socket) => checkSocketOfMedia(socket, settings.roles)),
    Promise.resolve(mediaPorts(settings, [])),
  ];
}

async function lookAtSocket({ mediaPlaneSocket: path }: Settings, machine: Machine): Promise<MediaSocket> {
  if (path === undefined) return { path, found: 'nothing', whyNotWritable: undefined };
  const found = await machine.lookAtSocket(path);
  return { path, found, whyNotWritable: machine.whyNotWritable(dirname(resolve(path))) };
}

function mediaPorts(
  { rtpPortLow: low, rtpPortHigh: high, maxCalls }: Settings,
  others: readonly number[],
): CheckResult {
  return checkMediaPorts({ low, high, maxCalls, others });
}

function httpChecks(settings: Settings, machine: Machine): Promise<CheckResult>[] {
  const { httpHost, httpPort, httpTlsCertificateFile, httpTlsKeyFile } = settings;
  const where = { transport: 'tcp', address: httpHost, port: httpPort } as const;
  const checks = [checkPort(machine, 'HTTP port', where, 'HTTP_PORT or HTTP_HOST')];
  if (httpTlsCertificateFile !== undefined || httpTlsKeyFile !== undefined) {
    const names = { certificateSetting: 'HTTP_TLS_CERTIFICATE_FILE', keySetting: 'HTTP_TLS_KEY_FILE' };
    const facts = certificateFacts(machine, {
      ...names,
      certificateFile: httpTlsCertificateFile,
      keyFile: httpTlsKeyFile,
    });
    checks.push(Promise.resolve(checkCertificate('HTTP certificate', facts)));
  }
  return checks;
}

function callChecks(settings: Settings, machine: Machine): Promise<CheckResult>[] {
  const { sipListen, sipAdvertisedAddress: advertised, sipTlsCertificateFile, sipTlsKeyFile } = settings;
  const checks = sipListen.map(({ transport, address, port }) =>
    checkPort(
      machine,
      `SIP ${transport} port`,
      { transport: transport === 'udp' ? 'udp' : 'tcp', address, port },
      'SIP_LISTEN',
    ),
  );
  checks.push(
    advertisedCheck(
      machine,
      advertised,
      sipListen.map(({ address }) => address),
    ),
  );
  const sipPorts = sipListen.filter(({ transport }) => transport === 'udp').map(({ port }) => port);
  checks.push(
    settings.mediaPlaneSocket === undefined
      ? Promise.resolve(mediaPorts(settings, sipPorts))
      : lookAtSocket(settings, machine).then((socket) => checkSocketOfNode(socket, settings.nodeId)),
  );
  checks.push(checkSpeech(machine, settings.espeakPath));
  if (sipListen.some(({ transport }) => transport === 'tls' || transport === 'wss')) {
    const names = { certificateSetting: 'SIP_TLS_CERTIFICATE_FILE', keySetting: 'SIP_TLS_KEY_FILE' };
    const facts = certificateFacts(machine, {
      ...names,
      certificateFile: sipTlsCertificateFile,
      keyFile: sipTlsKeyFile,
    });
    checks.push(Promise.resolve(checkCertificate('SIP certificate', facts)));
  }
  return checks;
}

async function advertisedCheck(
  machine: Machine,
  advertised: string | undefined,
  listening: readonly string[],
): Promise<CheckResult> {
  const resolved = advertised === undefined ? [] : await machine.resolve(advertised);
  return checkAdvertisedAddress({ advertised, listening, resolved });
}

function certificateFacts(
  machine: Machine,
  files: Pick<CertificateFacts, 'certificateSetting' | 'keySetting' | 'certificateFile' | 'keyFile'>,
): CertificateFacts {
  const text = (file: string | undefined) => (file === undefined ? undefined : machine.read(file));
  return { ...files, certificate: text(files.certificateFile), key: text(files.keyFile), now: machine.now() };
}
