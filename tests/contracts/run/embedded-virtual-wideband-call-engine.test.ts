import { callEngineContract } from '../call-engine.contract.js';
import { virtualEmbeddedEngine } from '../call-engine-worlds/embedded-worlds.js';

callEngineContract(
  'embedded, with far ends that have G.722 only',
  virtualEmbeddedEngine({}, 'udp', 'direct', ['G722']),
);
