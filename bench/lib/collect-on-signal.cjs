// Loaded into the platform by --require: SIGUSR2 collects garbage, so that memory that nobody holds is not counted.
const { isMainThread } = require('node:worker_threads');
if (isMainThread) {
  require('node:v8').setFlagsFromString('--expose-gc');
  const collect = require('node:vm').runInNewContext('gc');
  process.on('SIGUSR2', () => collect());
}
