import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, listens, startChild, stopChild, until } from '../harness/children.js';
import { programPath } from './redis.js';
import { CHAT_PATH, MODEL, type Place, type Target } from './target.js';

/** A reverse proxy in C that knows nothing of what it carries. */
export const nginx: Target = {
  name: 'nginx',
  title: 'nginx',
  isWarmAtOnce: true,
  missing: () => (programPath('nginx') === undefined ? 'nginx is missing: apt-get install nginx-light' : undefined),
  async start(place) {
    const port = await freePort();
    const file = join(place.folder, 'nginx.conf');
    writeFileSync(file, configuration(place, port));
    const args = ['-c', file, '-p', place.folder, '-e', join(place.folder, 'nginx.log')];
    const child = startChild(programPath('nginx') ?? 'nginx', args, { core: place.core });
    const readyMs = await until('nginx', () => listens(port), { child });
    return {
      port,
      pid: child.pid,
      path: CHAT_PATH,
      model: MODEL,
      headers: {},
      keys: [],
      readyMs,
      stop: () => stopChild(child),
    };
  },
};

function configuration({ upstreamPort, core, folder }: Place, port: number): string {
  return `
daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
pid ${folder}/nginx.pid;
worker_processes ${core === undefined ? 2 : 1};
worker_rlimit_nofile 65536;
events { worker_connections 32768; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  client_max_body_size 64m;
  client_body_buffer_size 2m;
  keepalive_requests 100000000;
  upstream provider {
    server 127.0.0.1:${upstreamPort};
    keepalive 4096;
    keepalive_requests 100000000;
  }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      proxy_pass http://provider;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_read_timeout 600s;
    }
  }
}
`;
}
