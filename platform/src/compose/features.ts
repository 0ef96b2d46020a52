import { accountCollection, apiKeyCollection } from '@hookswitch/api/accounts/index';
import { applicationCollection } from '@hookswitch/api/applications/index';
import { audioCollection } from '@hookswitch/api/audio/index';
import { AuditLog, auditCollection } from '@hookswitch/api/audit/index';
import { GatheredCalls, type OnCallEvents, UnrelayedCalls } from '@hookswitch/api/call-records/index';
import { type CallRouting, callOutbox, StoredCallRouting } from '@hookswitch/api/calls/index';
import { cdrCollection, keepCdrs } from '@hookswitch/api/cdrs/index';
import { ConferenceBook, conferenceCollection, conferenceOutbox } from '@hookswitch/api/conferences/index';
import type { Settings } from '@hookswitch/api/config/settings';
import { contactOutbox } from '@hookswitch/api/contacts/index';
import { endpointCollection } from '@hookswitch/api/endpoints/index';
import { streamOutbox } from '@hookswitch/api/event-streams/index';
import { OutboxHints, OutboxRelay } from '@hookswitch/api/events/index';
import { phoneNumberCollection } from '@hookswitch/api/numbers/index';
import { type FinalizeDeps, recordingCollection } from '@hookswitch/api/recordings/index';
import { relayDrainCollection } from '@hookswitch/api/relays/index';
import { sipBanCollection } from '@hookswitch/api/sip-edge/index';
import { trunkCollection } from '@hookswitch/api/trunks/index';
import {
  createWebhooks,
  HttpWebhookSender,
  type Webhooks,
  webhookEndpointCollection,
} from '@hookswitch/api/webhooks/index';
import { jobHints } from '@hookswitch/workers/index';
import { composeAcd } from './acd.js';
import type { Backing } from './backing.js';
import { composeCentreFeatures } from './centre-features.js';
import { composeFlows } from './flows.js';
import { composePeople } from './people.js';
import type { PlatformRecorders } from './platform-recorders.js';

export type Role = Settings['roles'][number];

/** What every process of the platform has, whatever its roles: the stores by feature, and the way events take. */
export type Features = ReturnType<typeof composeFeatures>;

/** Puts the features together on what a process stands on. `processId` names the process among all. */
export function composeFeatures(
  backing: Backing,
  { roles, contactCentreCacheMs }: Pick<Settings, 'roles' | 'contactCentreCacheMs'>,
  processId: string,
  recorders: PlatformRecorders,
) {
  const { clock, random, newId, logger, secretBox, stores, outboundHttp } = backing;

  const accounts = stores.collection(accountCollection);
  const keys = stores.collection(apiKeyCollection);
  const applications = stores.collection(applicationCollection);
  const numbers = stores.collection(phoneNumberCollection);
  const trunks = stores.collection(trunkCollection);
  const sipBans = stores.collection(sipBanCollection);
  const relayDrains = stores.collection(relayDrainCollection);
  const endpoints = stores.collection(endpointCollection);
  const audio = stores.collection(audioCollection);
  const recordings = stores.collection(recordingCollection);
  const cdrs = stores.collection(cdrCollection);
  const audit = stores.collection(auditCollection);
  const webhookEndpoints = stores.collection(webhookEndpointCollection);
  const conferences = stores.collection(conferenceCollection);
  const centre = composeCentreFeatures(backing, contactCentreCacheMs);
  const people = composePeople(backing);
  const acd = composeAcd(backing, people, centre);
  const flows = composeFlows(backing, { ...centre, audio, numbers, agents: people.agents });

  const hints = jobHints(backing.jobs, () => clock.now(), logger);
  const unrelayed = new UnrelayedCalls();
  const onCallEvents: OnCallEvents = (callId, events, call) => {
    if (roles.includes('workers')) unrelayed.note(call, events);
    outbox.hint(callEvents.name, callId);
  };
  const calls = new GatheredCalls(stores.calls({ clock, newId, onCallEvents }), clock);
  const contacts = stores.contacts({ clock, newId, onContactEvents: (id) => outbox.hint(contactEvents.name, id) });
  const contactEvents = streamOutbox(contactOutbox(contacts), backing.eventStreams);
  const conferenceEvents = conferenceOutbox(conferences);
  const conferenceBook = new ConferenceBook({
    conferences,
    clock,
    newId,
    onEvents: (id) => outbox.hint(conferenceEvents.name, id),
  });
  const routing: CallRouting = new StoredCallRouting({
    accounts,
    applications,
    numbers,
    trunks,
    endpoints,
    flows: flows.source,
    secretBox,
    clock,
  });

  const webhooks: Webhooks = createWebhooks({
    endpoints: webhookEndpoints,
    deliveries: stores.deliveries,
    events: stores.events,
    async callbackSecrets(accountId, applicationId) {
      const [account, application] = await Promise.all([
        routing.account(accountId),
        applicationId === undefined ? undefined : routing.application(accountId, applicationId),
      ]);
      // Who takes the CDRs of all applications knows the account's secret only.
      return [...new Set([...(application?.signingSecrets ?? []), ...(account?.signingSecrets ?? [])])];
    },
    sender: recorders.counted(backing.webhookSender ?? new HttpWebhookSender({ http: outboundHttp, clock })),
    secretBox,
    clock,
    random,
    newId,
    logger,
    wakeLater: hints.deliverWebhook,
    owner: processId,
  });
  const callEvents = callOutbox({
    calls: unrelayed.over(calls),
    keepCdrs: (batch) => keepCdrs(cdrs, batch),
    async cdrPushUrls({ accountId, applicationId }) {
      const [account, application] = await Promise.all([
        routing.account(accountId),
        applicationId === undefined ? undefined : routing.application(accountId, applicationId),
      ]);
      return [account?.cdrPushUrl, application?.cdrPushUrl].filter((url) => url !== undefined);
    },
  });
  const relay = new OutboxRelay({
    sources: [callEvents, contactEvents, conferenceEvents, streamOutbox(acd.statusEvents, backing.eventStreams)],
    events: stores.events,
    webhooks,
    logger,
  });
  // In a process that does such work events are relayed at once; elsewhere a job asks a worker to.
  const outbox = new OutboxHints({
    handOn: roles.includes('workers') ? (source, ids) => relay.relay(source, ids) : hints.relayOutbox,
    clock,
    logger,
  });

  const finalize: FinalizeDeps = {
    calls,
    recordings,
    clock,
    logger,
    events: stores.events,
    objects: backing.objects,
    mp3: backing.mp3,
    files: backing.recordingFiles,
  };

  return {
    accounts,
    keys,
    applications,
    numbers,
    trunks,
    sipBans,
    relayDrains,
    endpoints,
    audio,
    recordings,
    cdrs,
    audit,
    centre,
    people,
    flows,
    acd,
    auditLog: new AuditLog({ store: audit, clock, logger }),
    webhookEndpoints,
    calls,
    conferences,
    conferenceBook,
    contacts,
    routing,
    webhooks,
    relay,
    outbox,
    hints,
    finalize,
  };
}
