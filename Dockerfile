# One image for every process of the platform; docker-compose.yml says which of them runs.
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node gateway/cli/consortia.js build && npm prune --omit=dev --no-audit --no-fund

FROM node:20-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/data NODE_OPTIONS=--max-semi-space-size=32
WORKDIR /app
COPY --from=build /app ./
RUN mkdir /data && chown node:node /data
USER node
EXPOSE 4000
CMD ["node", "gateway/cli/consortia.js", "start"]
