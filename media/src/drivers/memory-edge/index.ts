export { MemoryEdge, MemoryEdgeMachine } from './memory-edge.js';
