/** How often it is looked how late the event loop runs, milliseconds. Each look wakes the process: every 10 was half of what an idle one spent. */
export const eventLoopSampleMs = 40;
