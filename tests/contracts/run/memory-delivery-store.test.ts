import { MemoryDeliveryStore } from '@hookswitch/api/webhooks/index';
import { deliveryStoreContract } from '../delivery-store.contract.js';

deliveryStoreContract('memory', async () => new MemoryDeliveryStore());
