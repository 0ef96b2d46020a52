export { type AddressRules, addressRules, InvalidAllowListError } from './address-rules.js';
export {
  GuardedHttpClient,
  type GuardedHttpClientSettings,
  type ResolveHost,
  systemResolve,
} from './guarded-http-client.js';
export {
  type OutboundFailure,
  type OutboundHttp,
  OutboundHttpError,
  type OutboundRequest,
  type OutboundResponse,
  outboundDefaults,
} from './outbound-http.js';
export { type ScriptedAnswer, ScriptedOutboundHttp } from './scripted-outbound-http.js';
