export { FileObjectStore } from './file-object-store.js';
export { MemoryObjectStore } from './memory-object-store.js';
export { InvalidObjectKeyError, ObjectNotFoundError, type ObjectStore } from './object-store.js';
