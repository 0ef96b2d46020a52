import type { Schema } from '@hookswitch/openapi/operations';
import { type CentreSettings, defaultRingPlan } from './centre-settings.js';

/** A centre's settings as users see them: without the mapping's password. */
export function centreSettingsView(settings: CentreSettings): Schema<'ContactCentre'> {
  const { mapping, ...modes } = settings.numberProtection;
  return {
    accountId: settings.accountId,
    timeZone: settings.timeZone,
    country: settings.country ?? null,
    statusOnline: settings.statusOnline,
    restReasons: [...settings.restReasons],
    ringTimeoutSeconds: settings.ringTimeoutSeconds ?? null,
    afterMissedOffer: settings.afterMissedOffer,
    afterCallWorkSeconds: settings.afterCallWorkSeconds,
    automaticAnswer: settings.automaticAnswer,
    ringing: settings.ringing ?? defaultRingPlan,
    clientLostGraceSeconds: settings.clientLostGraceSeconds,
    holdAudioId: settings.holdAudioId ?? null,
    waitingAudioId: settings.waitingAudioId ?? null,
    numberProtection: { ...modes, mapping: mapping ? { url: mapping.url, username: mapping.username } : null },
    callerIdRule: settings.callerIdRule,
    outboundMemory: settings.outboundMemory,
    outboundMemorySeconds: settings.outboundMemorySeconds,
    outboundMemoryFailure: settings.outboundMemoryFailure,
    calleeLimits: [...settings.calleeLimits],
    callOutHours: settings.callOutHours ?? null,
    surveyFlowId: settings.surveyFlowId ?? null,
    inboundSurveyFlowId: settings.inboundSurveyFlowId ?? null,
    wecomTaskUrl: settings.wecomTaskUrl ?? null,
    agentLimit: settings.agentLimit,
    revision: settings.revision,
  };
}
