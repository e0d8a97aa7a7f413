# Two stages: build with the dev tools, run without them, as a user of no rights.
FROM node:20.19.2-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY scripts scripts
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY src src
RUN node scripts/build.mjs && npm prune --omit=dev --ignore-scripts

FROM node:20.19.2-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 FIREBREAK_DATA_DIR=/data FIREBREAK_PLAYBOOKS=/app/playbooks
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY playbooks playbooks
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3000/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/main.js"]
