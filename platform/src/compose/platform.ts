import type { Settings } from '@hookswitch/api/config/settings';
import type { KeepEdge } from '@hookswitch/api/sip-edge/index';
import { runMigrations } from '@hookswitch/api/store/migrations';
import { Registry } from 'prom-client';
import type { Backing } from './backing.js';
import { type CallRole, composeCallRole } from './call-role.js';
import { composeFeatures, type Features } from './features.js';
import { platformMetrics } from './platform-metrics.js';
import { platformRecorders } from './platform-recorders.js';
import { composeRoutingRole } from './routing-role.js';
import { composeEdgeKeeper, edgeCheck, edgeMetrics } from './sip-edge.js';
import { watched } from './watched.js';
import { startWorkerRole } from './worker-role.js';

/** One running process of the platform. */
export interface Platform {
  readonly features: Features;
  readonly callRole: CallRole | undefined;
  /** Where the API listens, as a URL; undefined without the `http` role. */
  readonly httpUrl: string | undefined;
  /** Where the probes have a port of their own, as a URL. */
  readonly probesUrl: string | undefined;
  /** Where SIP listens, as `udp:127.0.0.1:5060`. */
  readonly sip: readonly string[];
  /** Ends calls after waiting for them as long as the settings say, finishes what is under way, closes everything. Idempotent. */
  stop(): Promise<void>;
}

/** What happens to a running platform from within. */
export interface PlatformHooks {
  /** Told when a drain that was to stop the process is over. */
  readonly onStopAsked?: () => void;
  /** Told when another process has taken this node over: this one has to end at once, without a word to anybody, since its calls are the other's now. */
  readonly onTakenOver?: () => void;
}

/** Starts the roles that the settings name. Rejects with a sentence where an address cannot be had; then nothing is left open. */
export async function startPlatform(
  backing: Backing,
  settings: Settings,
  hooks: PlatformHooks = {},
): Promise<Platform> {
  const { clock, logger, stores, newId, sipEdge } = backing;
  const { roles } = settings;
  const processId = newId('JB');
  const metrics = new Registry();
  const recorders = platformRecorders(metrics, clock);
  const features = composeFeatures(backing, settings, processId, recorders);
  await stores.prepare();
  await runMigrations([], { ledger: stores.ledger, clock, holder: processId, logger });

  const callRole = roles.includes('calls')
    ? composeCallRole(
        backing,
        features,
        settings,
        settings.nodeId ?? `node-${processId.slice(2)}`,
        recorders,
        processId,
        hooks,
      )
    : undefined;
  const { probesHost, probesPort } = settings;
  if (roles.includes('http') || probesPort !== undefined) platformMetrics(metrics, backing, features, callRole);

  const closers: (() => unknown)[] = [() => backing.close(), () => stores.usage.flush()];
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

  let keeper: KeepEdge | undefined;
  try {
    closers.push(() => features.acd.views.close());
    closers.push(() => features.webhooks.close());
    closers.push(() => backing.jobs.close());
    closers.push(() => features.outbox.close());
    if (roles.includes('workers')) {
      const workers = startWorkerRole(backing, features, settings);
      closers.push(() => workers.stop());
      if (sipEdge) {
        keeper = composeEdgeKeeper(backing, sipEdge, features, processId);
        closers.push(() => keeper?.stop());
        keeper.start();
        edgeMetrics(metrics, keeper);
      }
    }
    if (roles.includes('routing')) {
      const routing = composeRoutingRole(backing, features, processId, settings);
      closers.push(() => routing.stop());
      await routing.start();
    }
    const asked = watched(backing, callRole, keeper && { edge: edgeCheck(keeper) });
    let httpUrl: string | undefined;
    let probesUrl: string | undefined;
    if (probesPort !== undefined) {
      const { startProbesServer } = await import('@hookswitch/api/http/http-server');
      const { createProbesApp } = await import('@hookswitch/api/http/probes');
      const api = async () => {
        if (httpUrl === undefined) throw new Error('The API does not listen: this process starts or stops.');
      };
      const readiness = { ...asked.readiness, ...(roles.includes('http') && { api }) };
      const server = await startProbesServer(createProbesApp({ metrics, ...asked, readiness }), probesHost, probesPort);
      probesUrl = server.url;
      closers.push(() => server.stop(0));
    }
    let sip: readonly string[] = [];
    if (callRole) {
      closers.push(() => callRole.stop(settings.drainSeconds * 1000));
      sip = (await callRole.start()).sip;
    }
    if (roles.includes('http')) {
      // Loaded last: calls are taken meanwhile, and those of the process before are in hand.
      const { startHttpRole } = await import('./http-role.js');
      const role = { backing, features, settings, callRole, metrics, watched: asked, processId };
      httpUrl = await startHttpRole(role, (close) => closers.push(close));
      closers.push(() => {
        httpUrl = undefined;
      });
    }
    return { features, callRole, httpUrl, probesUrl, sip, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
