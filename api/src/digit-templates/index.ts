export {
  type DigitPrompt,
  type DigitTemplate,
  type DigitTemplateStore,
  digitTemplateCollection,
} from './digit-template.js';
export type { DigitTemplateDeps } from './digit-template-deps.js';
export { digitTemplateOperations } from './operations/index.js';
