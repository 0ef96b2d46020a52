// A developer's backend that does nothing but answer: a script to /script, 204 to everything else. Prints its address. `/delays` says
// how long after each event's time its first delivery came, milliseconds, and forgets them.
import { createServer } from 'node:http';

const script = process.argv[2] ?? JSON.stringify([{ verb: 'answer' }, { verb: 'hangup' }]);
let delays = [];
const server = createServer((request, response) => {
  if (request.url === '/delays') {
    response.end(JSON.stringify(delays));
    delays = [];
    return;
  }
  if (request.url === '/script') {
    request.resume();
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end(script));
    return;
  }
  const now = Date.now();
  let body = '';
  request.setEncoding('utf8').on('data', (text) => {
    body += text;
  });
  request.on('end', () => {
    delays.push(now - Date.parse(JSON.parse(body).timestamp));
    response.writeHead(204).end();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
