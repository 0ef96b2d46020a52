import { type AccountDeps, accountOperations } from './accounts/index.js';
import { type AgentStatusDeps, agentStatusOperations, type QueueDeps, queueOperations } from './acd/index.js';
import { agentLoginOperations, type LoginDeps } from './agent-login/index.js';
import { type AgentDeps, agentOperations } from './agents/index.js';
import { type ApplicationDeps, applicationOperations } from './applications/index.js';
import { type AudioDeps, audioOperations } from './audio/index.js';
import { type AuditStore, auditOperations } from './audit/index.js';
import { type BlacklistApiDeps, blacklistEntryOperations } from './blacklist/index.js';
import { type CallbackRequestDeps, callbackRequestOperations } from './callback-requests/index.js';
import { type CallApiDeps, callOperations } from './calls/index.js';
import { type CdrStore, cdrOperations } from './cdrs/index.js';
import { type ConferenceApiDeps, conferenceOperations } from './conferences/index.js';
import { type ContactCentreDeps, contactCentreOperations } from './contact-centre/index.js';
import { type ContactApiDeps, contactOperations } from './contacts/index.js';
import { type DigitTemplateDeps, digitTemplateOperations } from './digit-templates/index.js';
import { type EndpointDeps, endpointOperations } from './endpoints/index.js';
import { type AgentStreamDeps, eventStreamOperations } from './event-streams/index.js';
import { eventOperations } from './events/index.js';
import { type FlowSimulationDeps, flowOperations } from './flows/index.js';
import { type InternalMessageDeps, internalMessageOperations } from './internal-messages/index.js';
import { type NodeDeps, nodeOperations } from './nodes/index.js';
import { type NotificationDeps, notificationOperations } from './notifications/index.js';
import { type NumberApplicationDeps, numberApplicationOperations } from './number-applications/index.js';
import { type NumberGroupDeps, numberGroupOperations } from './number-groups/index.js';
import { type NumberDeps, numberOperations } from './numbers/index.js';
import type { OperationHandlers } from './operation/handler.js';
import { type CallOutApiDeps, callOutOperations } from './outbound-dialling/index.js';
import { type RecordingOperationDeps, recordingOperations } from './recordings/index.js';
import { type RelayDeps, relayOperations } from './relays/index.js';
import { type RoleDeps, roleOperations } from './roles/index.js';
import { type SipBanDeps, sipBanOperations } from './sip-edge/index.js';
import { type SkillGroupDeps, skillGroupOperations } from './skill-groups/index.js';
import { type SpeechDeps, speechOperations } from './speech/index.js';
import { type TrunkDeps, trunkOperations } from './trunks/index.js';
import { type UsageDeps, usageOperations } from './usage/index.js';
import { type WebhookOperationDeps, webhookOperations } from './webhooks/index.js';
import { type WecomTaskDeps, wecomTaskOperations } from './wecom-tasks/index.js';

/** What the features' operations need, by feature. */
export interface OperationDeps {
  readonly accounts: AccountDeps;
  readonly applications: ApplicationDeps;
  readonly numbers: NumberDeps;
  readonly trunks: TrunkDeps;
  readonly endpoints: EndpointDeps;
  readonly audio: AudioDeps;
  readonly speech: SpeechDeps;
  readonly calls: CallApiDeps;
  readonly conferences: ConferenceApiDeps;
  readonly contacts: ContactApiDeps;
  readonly callOut: CallOutApiDeps;
  readonly contactCentre: ContactCentreDeps;
  readonly numberGroups: NumberGroupDeps;
  readonly numberApplications: NumberApplicationDeps;
  readonly wecomTasks: WecomTaskDeps;
  readonly callbackRequests: CallbackRequestDeps;
  readonly eventStreams: AgentStreamDeps;
  readonly internalMessages: InternalMessageDeps;
  readonly blacklist: BlacklistApiDeps;
  readonly digitTemplates: DigitTemplateDeps;
  readonly flows: FlowSimulationDeps;
  readonly agents: AgentDeps;
  readonly agentStatus: AgentStatusDeps;
  readonly queues: QueueDeps;
  readonly agentLogin: LoginDeps;
  readonly notifications: NotificationDeps;
  readonly roles: RoleDeps;
  readonly skillGroups: SkillGroupDeps;
  readonly usage: UsageDeps;
  readonly cdrs: { readonly cdrs: CdrStore };
  readonly nodes: NodeDeps;
  readonly relays: RelayDeps;
  readonly sipBans: SipBanDeps;
  readonly audit: { readonly audit: AuditStore };
  readonly recordings: RecordingOperationDeps;
  /** Of webhook endpoints and events. */
  readonly webhooks: WebhookOperationDeps;
}

/** A handler for every operation of the API description: this does not compile while one is missing. To add a feature, add its deps and its `…Operations`. */
export function operationHandlers(deps: OperationDeps): OperationHandlers {
  return {
    ...accountOperations(deps.accounts),
    ...applicationOperations(deps.applications),
    ...numberOperations(deps.numbers),
    ...trunkOperations(deps.trunks),
    ...endpointOperations(deps.endpoints),
    ...audioOperations(deps.audio),
    ...speechOperations(deps.speech),
    ...callOperations(deps.calls),
    ...conferenceOperations(deps.conferences),
    ...contactOperations(deps.contacts),
    ...callOutOperations(deps.callOut),
    ...contactCentreOperations(deps.contactCentre),
    ...numberGroupOperations(deps.numberGroups),
    ...numberApplicationOperations(deps.numberApplications),
    ...wecomTaskOperations(deps.wecomTasks),
    ...callbackRequestOperations(deps.callbackRequests),
    ...eventStreamOperations(deps.eventStreams),
    ...internalMessageOperations(deps.internalMessages),
    ...blacklistEntryOperations(deps.blacklist),
    ...digitTemplateOperations(deps.digitTemplates),
    ...flowOperations(deps.flows),
    ...agentOperations(deps.agents),
    ...agentStatusOperations(deps.agentStatus),
    ...queueOperations(deps.queues),
    ...agentLoginOperations(deps.agentLogin),
    ...notificationOperations(deps.notifications),
    ...roleOperations(deps.roles),
    ...skillGroupOperations(deps.skillGroups),
    ...usageOperations(deps.usage),
    ...cdrOperations(deps.cdrs),
    ...nodeOperations(deps.nodes),
    ...relayOperations(deps.relays),
    ...sipBanOperations(deps.sipBans),
    ...auditOperations(deps.audit),
    ...recordingOperations(deps.recordings),
    ...webhookOperations(deps.webhooks),
    ...eventOperations(deps.webhooks),
  };
}
