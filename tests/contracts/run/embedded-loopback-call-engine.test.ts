import { callEngineContract } from '../call-engine.contract.js';
import { loopbackEmbeddedEngine } from '../call-engine-worlds/embedded-worlds.js';

// One by one: sound is looked at as it comes, and phones that share a process with those of other sentences would hear gaps.
callEngineContract('embedded, on loopback sockets', loopbackEmbeddedEngine);
