import { callEngineContract } from '../call-engine.contract.js';
import { virtualEmbeddedEngine } from '../call-engine-worlds/embedded-worlds.js';

callEngineContract(
  'embedded, on a network that loses, repeats and reorders',
  virtualEmbeddedEngine({ loss: 0.03, duplicate: 0.05, jitterMs: 15, delayMs: 20 }),
);
