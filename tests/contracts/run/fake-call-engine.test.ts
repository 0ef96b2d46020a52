import { restoreSentences } from '../call-engine/restore.contract.js';
import { engineForEachTest } from '../call-engine/test-calls.js';
import { callEngineContract } from '../call-engine.contract.js';
import { fakeEngineUnderTest } from '../call-engine-worlds/fake-world.js';

callEngineContract('fake', fakeEngineUnderTest);
restoreSentences(engineForEachTest(fakeEngineUnderTest));
