export { type EdgeLease, KeepEdge, type KeepEdgeSettings } from './keep-edge.js';
