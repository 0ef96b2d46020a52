import { MemoryEventStreams } from '@hookswitch/api/event-streams/memory-event-streams';
import { eventStreamsContract } from '../event-streams.contract.js';

eventStreamsContract('memory', () => new MemoryEventStreams());
