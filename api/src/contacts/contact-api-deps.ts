import type { DigitTemplateStore } from '../digit-templates/index.js';
import type { ContactControl } from './contact-control.js';
import type { ContactStore } from './contact-store.js';

/** What the operations on contacts need. */
export interface ContactApiDeps {
  readonly contacts: ContactStore;
  readonly contactControl: ContactControl;
  readonly digitTemplates: Pick<DigitTemplateStore, 'get'>;
}
