import { callEngineContract } from '../call-engine.contract.js';
import { virtualEmbeddedEngine } from '../call-engine-worlds/embedded-worlds.js';

callEngineContract('embedded, over TCP on a virtual network', virtualEmbeddedEngine({}, 'tcp'));
