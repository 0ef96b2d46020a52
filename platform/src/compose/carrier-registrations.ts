import type { Settings } from '@hookswitch/api/config/settings';
import { ReportTrunkRegistrations, SharedRegistrations } from '@hookswitch/api/registrations/index';
import { outboundRegistrations } from '@hookswitch/api/trunks/index';
import type { CallEngine, OutboundRegistration } from '@hookswitch/media/port/call-engine';
import type { Backing } from './backing.js';
import type { Features } from './features.js';

/** How often the trunks are looked at for carriers to register at, milliseconds. */
const periodMs = 5_000;

/** Keeps a node registered at the carriers that want it. */
export interface CarrierRegistrations {
  start(): void;
  /** Behind an edge the others take over within seconds; else what this node registered is unregistered when its engine stops. */
  stop(): Promise<void>;
}

/** Whether this node takes its share of them. FreeSWITCH registers nowhere: behind an edge others do it, and with none each is told to have failed. */
export function sharesRegistrations({ mediaEngine, sipEdges }: Pick<Settings, 'mediaEngine' | 'sipEdges'>): boolean {
  return mediaEngine !== 'freeswitch' || sipEdges.length === 0;
}

/** Those of a node that leaves them to others. */
export const noRegistrations: CarrierRegistrations = { start: () => undefined, stop: async () => undefined };

/** @param behindEdge carriers know all nodes by the edge's address: one node keeps each registration */
export function carrierRegistrations(
  { clock, logger, stores, secretBox, routingLease }: Backing,
  { trunks, accounts }: Features,
  engine: CallEngine,
  nodeId: string,
  behindEdge: boolean,
): CarrierRegistrations {
  const reports = new ReportTrunkRegistrations({ store: stores.trunkRegistrations, clock, nodeId });
  const notReported = (error: unknown) => {
    logger.warn({ err: error }, 'how a registration at a carrier stands could not be stored');
  };
  const shared = behindEdge
    ? new SharedRegistrations({
        hold: (names, ttlMs) => routingLease.hold(nodeId, names, ttlMs),
        release: (names) => routingLease.release(nodeId, names),
      })
    : undefined;
  let stopped = false;
  let cancel = () => {};
  let keeping = Promise.resolve();
  let wanted: readonly OutboundRegistration[] = [];

  const keep = async () => {
    try {
      const all = await outboundRegistrations(trunks, accounts, secretBox);
      wanted = shared ? await shared.share(all) : all;
      engine.setRegistrations(wanted);
      reports.leave(wanted.filter(({ elsewhere }) => elsewhere).map(({ trunkId }) => trunkId));
    } catch (error) {
      logger.warn({ err: error }, 'the carriers to register at could not be read; trying again');
    }
    await reports.repeat().catch(notReported);
    if (!stopped) cancel = clock.after(periodMs, keepOn);
  };
  const keepOn = () => {
    keeping = keep();
  };

  return {
    start() {
      engine.events.on('registration', (change) => {
        const { trunkId, state, detail } = change;
        if (state === 'failed') logger.warn({ trunkId, detail }, 'a carrier refuses our registration');
        else logger.info({ trunkId, state }, 'registration at a carrier');
        reports.changed(change).catch(notReported);
      });
      keepOn();
    },
    async stop() {
      stopped = true;
      cancel();
      await keeping;
      if (!shared) return;
      engine.setRegistrations(wanted.map((each) => ({ ...each, elsewhere: true })));
      await shared.release().catch((error: unknown) => {
        logger.warn({ err: error }, 'registrations at carriers were not given up; other nodes wait for them to lapse');
      });
    },
  };
}
