# An image of Netia. One image serves every role: serve (the default), gateway, worker, migrate.
#
#   docker build -t netia .
#   docker run --rm -p 127.0.0.1:8787:8787 -v netia-data:/data netia     # demo on the embedded database

FROM node:24-slim AS base
WORKDIR /app
ENV CI=true
RUN npm install --global pnpm@12

# The few files of widget and console: built here, with everything that building needs. Packages are fetched from the lockfile
# alone, so that this layer changes only with it.
FROM base AS widget
COPY pnpm-lock.yaml pnpm-workspace.yaml ./
RUN pnpm fetch
COPY . .
RUN pnpm install --offline --frozen-lockfile && node tools/build.ts

# What the gateway needs to run, and no more. Installed in place: Node runs TypeScript outside node_modules only.
FROM base AS gateway
COPY pnpm-lock.yaml pnpm-workspace.yaml ./
RUN pnpm fetch --prod
COPY . .
RUN pnpm install --offline --frozen-lockfile --prod --filter "@netia/gateway..." \
  && rm -rf e2e widget/src widget/loader packages/console/src packages/testkit

FROM node:24-slim
WORKDIR /app
ENV NODE_ENV=production
# As tools/bring.mjs says and why.
ENV NODE_OPTIONS="--max-semi-space-size=2 --max-old-space-size=320"
# A container's own loopback cannot be reached from outside.
ENV HOST=0.0.0.0
ENV NETIA_DATA_DIR=/data
COPY --from=gateway /app ./
COPY --from=widget /app/widget/dist ./widget/dist
COPY --from=widget /app/packages/console/dist ./packages/console/dist
# Two folders that the unprivileged user may write to: data of the embedded database, and Node's compile cache.
RUN mkdir -p /data node_modules/.cache && chown node:node /data node_modules/.cache
USER node
VOLUME /data
EXPOSE 8787
# For roles that listen on PORT; a worker listens on WORKER_PORT if it has one, and brings its own check.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 8787}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
CMD ["node", "tools/netia.ts", "serve"]
