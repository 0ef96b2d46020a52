import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { AudioStore } from '../audio/index.js';
import type { DigitTemplateStore } from './digit-template.js';

/** What the use cases need. */
export interface DigitTemplateDeps {
  readonly digitTemplates: DigitTemplateStore;
  readonly audio: Pick<AudioStore, 'get'>;
  readonly clock: Clock;
  readonly newId: NewId;
}
