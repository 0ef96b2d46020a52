import { MemoryCommandChannel } from '@hookswitch/api/nodes/memory-command-channel';
import { commandChannelContract } from '../command-channel.contract.js';

commandChannelContract('memory', async (clock) => {
  const channel = new MemoryCommandChannel({ clock });
  return { mine: channel, theirs: channel };
});
