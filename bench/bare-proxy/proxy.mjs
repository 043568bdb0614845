// The least that a proxy in Node can do: node:http in, undici out, bytes piped. It checks nothing, counts nothing, and
// knows no errors but "bad gateway". What a gateway costs more than this is what its work costs. With PARSES=1 it also
// reads the body as JSON, writes another model's name into it, and serialises it again, as every gateway has to.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { Pool } from 'undici';

const { PORT = '8080', UPSTREAM = 'http://127.0.0.1:8081', WORKERS = '1', PARSES = '0' } = process.env;
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
    incoming.on('end', () => void forward(pool, incoming, parts, outgoing));
  });
  server.keepAliveTimeout = 0;
  server.listen(Number(PORT), '127.0.0.1');
}

async function forward(pool, { url: path, method, headers }, parts, outgoing) {
  const sent = parts.length === 1 ? parts[0] : Buffer.concat(parts);
  const body = PARSES === '1' ? JSON.stringify({ ...JSON.parse(sent.toString()), model: 'gpt-oss-120b' }) : sent;
  try {
    const answer = await pool.request({ path, method, headers: endToEnd(headers), body });
    outgoing.writeHead(answer.statusCode, endToEnd(answer.headers));
    outgoing.once('close', () => answer.body.destroy());
    answer.body.on('error', () => outgoing.destroy()).pipe(outgoing);
  } catch {
    outgoing.writeHead(502).end();
  }
}

function endToEnd(headers) {
  const kept = {};
  for (const name in headers) if (!HOP_BY_HOP.has(name)) kept[name] = headers[name];
  return kept;
}
