export { HttpNumberMapper } from './http-number-mapper.js';
export { type NumberMapper, type NumberMapping, NumberMappingError } from './number-mapper.js';
export { maySearchNumbers, seesNumbers } from './sees-numbers.js';
export { masked, type ProtectionMode, type ShownNumber, shownToAgent } from './shown-number.js';
