import { MemoryCalleeHistory } from '@hookswitch/api/outbound-dialling/memory-callee-history';
import { calleeHistoryContract } from '../callee-history.contract.js';

calleeHistoryContract('memory', () => new MemoryCalleeHistory());
