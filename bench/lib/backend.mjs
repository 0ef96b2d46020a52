// A developer's backend that does nothing but answer: a script to /script, 204 to everything else. Prints its address.
import { createServer } from 'node:http';

const script = JSON.stringify([{ verb: 'answer' }, { verb: 'hangup' }]);
const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    if (request.url === '/script') response.writeHead(200, { 'content-type': 'application/json' }).end(script);
    else response.writeHead(204).end();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
