import { resolve } from 'node:path';
import { fetchMongod } from '../platform/dist/data-servers/fetch-mongod.js';

// Downloads a real mongod into the data folder. Ends with 1 and a sentence where nobody answers.
try {
  console.error(`    mongod is ${await fetchMongod(resolve(process.env.DATA_FOLDER || '.hookswitch'))}`);
} catch (error) {
  console.error(`    ${error.message}`);
  process.exitCode = 1;
}
