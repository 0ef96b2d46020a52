import { callEngineContract } from '../call-engine.contract.js';
import { virtualEmbeddedEngine } from '../call-engine-worlds/embedded-worlds.js';

callEngineContract('embedded, behind a media relay, on a virtual network', virtualEmbeddedEngine({}, 'udp', 'relayed'));
