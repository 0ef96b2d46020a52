import { callEngineContract } from '../call-engine.contract.js';
import { fakeEngineUnderTest } from '../call-engine-worlds/fake-world.js';

callEngineContract('fake', fakeEngineUnderTest);
