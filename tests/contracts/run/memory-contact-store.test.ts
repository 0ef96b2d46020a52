import { MemoryContactStore } from '@hookswitch/api/contacts/memory-contact-store';
import { contactStoreContract } from '../contact-store.contract.js';

contactStoreContract('memory', async (settings) => new MemoryContactStore(settings));
