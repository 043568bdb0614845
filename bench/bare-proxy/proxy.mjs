// The least that a proxy in Node can do: node:http in, undici out, bytes piped. It parses nothing, checks nothing, counts
// nothing, and knows no errors but "bad gateway". What a gateway costs more than this is what its work costs.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { Pool } from 'undici';

const { PORT = '8080', UPSTREAM = 'http://127.0.0.1:8081', WORKERS = '1' } = process.env;
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'host']);

if (cluster.isPrimary && Number(WORKERS) > 1) {
  for (let index = 0; index < Number(WORKERS); index++) cluster.fork();
} else {
  serve();
}

function serve() {
  const pool = new Pool(UPSTREAM, { headersTimeout: 0, bodyTimeout: 0 });
  const server = createServer((incoming, outgoing) => {
    const parts = [];
    incoming.on('data', (part) => parts.push(part));
    incoming.on('end', () => {
      const { url: path, method } = incoming;
      const body = parts.length === 1 ? parts[0] : Buffer.concat(parts);
      pool
        .request({ path, method, headers: endToEnd(incoming.headers), body })
        .then((answer) => {
          outgoing.writeHead(answer.statusCode, withoutHops(answer.headers));
          outgoing.once('close', () => answer.body.destroy());
          answer.body.on('error', () => outgoing.destroy()).pipe(outgoing);
        })
        .catch(() => outgoing.writeHead(502).end());
    });
  });
  server.keepAliveTimeout = 0;
  server.listen(Number(PORT), '127.0.0.1');
}

function endToEnd(headers) {
  const kept = {};
  for (const name in headers) if (!HOP_BY_HOP.has(name)) kept[name] = headers[name];
  return kept;
}

function withoutHops(headers) {
  const { connection, 'keep-alive': keepAlive, 'transfer-encoding': encoding, ...kept } = headers;
  return kept;
}
