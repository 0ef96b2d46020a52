import { callEngineContract } from '../call-engine.contract.js';
import { loopbackEmbeddedEngine } from '../call-engine-worlds/embedded-worlds.js';

callEngineContract('embedded, on loopback sockets', loopbackEmbeddedEngine, 'side by side');
