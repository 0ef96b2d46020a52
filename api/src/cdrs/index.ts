export { buildCdr, CallNotOverError } from './build-cdr.js';
export type { Cdr, CdrMedia, CdrTermination } from './cdr.js';
export { type CdrRecord, type CdrStore, cdrCollection, keepCdrs } from './cdr-record.js';
export { cdrOperations } from './operations/index.js';
