import type { SipEdge } from '../../port/sip-edge.js';
import { KamailioEdge, type KamailioEdgeSettings } from './kamailio-edge.js';

/** Kamailios with the configuration of deploy/kamailio as an edge. Nothing is asked before `start`. */
export function createKamailioEdge(settings: KamailioEdgeSettings): SipEdge {
  return new KamailioEdge(settings);
}

export type { KamailioEdgeSettings } from './kamailio-edge.js';
