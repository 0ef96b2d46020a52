import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Settings } from '@hookswitch/api/config/settings';
import { runMigrations } from '@hookswitch/api/store/migrations';
import { Registry } from 'prom-client';
import type { Backing } from './backing.js';
import { type CallRole, composeCallRole } from './call-role.js';
import { composeFeatures, type Features } from './features.js';
import { composeHttpApp } from './http-role.js';
import { platformMetrics } from './platform-metrics.js';
import { startWorkerRole } from './worker-role.js';

/** One running process of the platform. */
export interface Platform {
  readonly features: Features;
  readonly callRole: CallRole | undefined;
  /** Where the API listens, as a URL; undefined without the `http` role. */
  readonly httpUrl: string | undefined;
  /** Where SIP listens, as `udp:127.0.0.1:5060`. */
  readonly sip: readonly string[];
  /** Ends calls after waiting for them as long as the settings say, finishes what is under way, closes everything. Idempotent. */
  stop(): Promise<void>;
}

/** Starts the roles that the settings name. Rejects with a sentence where an address cannot be had; then nothing is left open. */
export async function startPlatform(backing: Backing, settings: Settings): Promise<Platform> {
  const { clock, logger, stores, newId } = backing;
  const { roles } = settings;
  const processId = newId('JB');
  const features = composeFeatures(backing, roles, processId);
  await stores.prepare();
  await runMigrations([], { ledger: stores.ledger, clock, holder: processId, logger });

  const callRole = roles.includes('calls')
    ? composeCallRole(backing, features, settings, settings.nodeId ?? `node-${processId.slice(2)}`)
    : undefined;
  const metrics = new Registry();
  platformMetrics(metrics, backing, features, callRole);

  const closers: (() => unknown)[] = [() => backing.close()];
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      for (const close of closers.reverse()) {
        try {
          await close();
        } catch (error) {
          logger.error({ err: error }, 'something could not be closed');
        }
      }
    })();
    return stopping;
  };

  try {
    closers.push(() => features.webhooks.close());
    closers.push(() => backing.jobs.close());
    closers.push(() => features.outbox.close());
    if (roles.includes('workers')) {
      const workers = startWorkerRole(backing, features, settings);
      closers.push(() => workers.stop());
    }
    let sip: readonly string[] = [];
    if (callRole) {
      closers.push(() => callRole.stop(settings.drainSeconds * 1000));
      sip = (await callRole.start()).sip;
    }
    let httpUrl: string | undefined;
    if (roles.includes('http')) {
      const server = serverFor(settings);
      server.on('request', composeHttpApp(backing, features, settings, callRole, metrics));
      httpUrl = await listen(server, settings);
      closers.push(() => close(server));
    }
    return { features, callRole, httpUrl, sip, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function serverFor(settings: Settings): Server {
  const { httpTlsCertificateFile: cert, httpTlsKeyFile: key } = settings;
  if (cert === undefined || key === undefined) return createHttpServer();
  return createHttpsServer({ cert: readFileSync(cert), key: readFileSync(key) });
}

async function listen(server: Server, { httpHost, httpPort, httpTlsKeyFile }: Settings): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(httpPort, httpHost, () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  const host = httpHost.includes(':') ? `[${httpHost}]` : httpHost;
  return `${httpTlsKeyFile === undefined ? 'http' : 'https'}://${host}:${port}`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
