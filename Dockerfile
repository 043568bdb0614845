FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The image has the right Node already, and nothing else that is installed needs its install script.
RUN npm ci --ignore-scripts
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY src src
COPY tools/bundle.mjs tools/built.mjs tools/line-map.mjs tools/
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:24.21.0-bookworm-slim
LABEL org.opencontainers.image.title="Asbru" \
      org.opencontainers.image.description="AI gateway: one OpenAI-compatible HTTP API in front of Cerebras Inference" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0"
# One pool of the C library's memory instead of one for each thread: they allocate little.
ENV NODE_ENV=production MALLOC_ARENA_MAX=1
WORKDIR /app
# Files stay root's: the process can read them and change nothing.
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
# The default database's folder; a volume that is mounted here takes over its owner and mode.
RUN install -d -o 1000 -g 1000 -m 0700 data
# It says that dist/ holds ES modules.
COPY package.json LICENSE ./
# The image's user `node`, by number: Kubernetes' runAsNonRoot cannot check a name.
USER 1000:1000
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=15s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 8080) + '/health/live').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node itself is the main process, or it would not get the stop signal.
# One thread for V8's own work, and no heap that shrinks in each pause: docs/decisions/026-node-flags.md.
CMD ["node", "--v8-pool-size=1", "--no-memory-reducer", "dist/main.js"]
