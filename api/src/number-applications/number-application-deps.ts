import type { Logger } from '@hookswitch/kernel/logger';
import type { NumberDeps } from '../numbers/index.js';
import type { NumberApplicationStore } from './number-application.js';
import type { NumberProvider } from './number-provider.js';

/** What the use cases need: those of numbers, since an approval makes one. */
export interface NumberApplicationDeps extends NumberDeps {
  readonly numberApplications: NumberApplicationStore;
  readonly numberProvider: NumberProvider | undefined;
  readonly logger: Logger;
}
