# One image for every process: the API (default), `workers/main.ts`, `src/cli.ts migrate`.
FROM oven/bun:1.4.5-slim AS packages
WORKDIR /app
COPY package.json bun.lock bunfig.toml ./
COPY patches ./patches
RUN bun install --frozen-lockfile --production --ignore-scripts

FROM oven/bun:1.4.5-slim
WORKDIR /app
ENV NODE_ENV=production PORT=8080
COPY --from=packages /app/node_modules ./node_modules
COPY package.json bunfig.toml tsconfig.json ./
COPY sql ./sql
COPY src ./src
COPY workers ./workers
COPY docs ./docs
# Files are shared by all processes: a volume has the owner that the folder has here.
RUN mkdir /media && chown 1000:1000 /media
ENV MEDIA_DIR=/media
# By number (the image's own user `bun`), so that a cluster can see that it is not root.
USER 1000:1000
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=3 CMD \
  ["bun", "-e", "process.env.no_proxy = '127.0.0.1'; const answer = await fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).catch(() => null); process.exit(answer?.ok ? 0 : 1)"]
# Bun itself is the first process, so SIGTERM reaches the program and it drains.
ENTRYPOINT ["bun"]
CMD ["src/main.ts"]
