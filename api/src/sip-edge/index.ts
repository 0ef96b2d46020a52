export { answerForEdge, type EdgeDesk, edgeDeskBy, edgeDeskName, type FoundBans } from './edge-desk.js';
export { type EdgeLease, KeepEdge, type KeepEdgeSettings } from './keep-edge.js';
export { sipBanOperations } from './operations/index.js';
export { type SipBanRecord, type SipBanStore, sipBanCollection } from './sip-ban.js';
export type { SipBanDeps } from './sip-ban-deps.js';
