# docker build --build-arg COMMIT="$(git rev-parse --short HEAD)" -t banter .
# docker run -p 127.0.0.1:8000:8000 -v banter:/data -e HOST=0.0.0.0 -e PASSWORD -e HF_TOKEN banter
#
# HOST and PASSWORD are not set here, on purpose. In a container the server has to listen on 0.0.0.0 to be
# reached at all, and the address before the first port above says who can. Without a PASSWORD it does not
# start, unless ANONYMOUS=yes says that nobody is to be asked.
FROM oven/bun:1.4.5 AS build
WORKDIR /build
COPY package.json bun.lock ./
RUN bun install --frozen-lockfile --ignore-scripts
COPY . .
# The repository stays outside, and so the commit has to be told.
ARG COMMIT=""
RUN bun run build --commit="$COMMIT"

FROM debian:12-slim
# The number that a Hugging Face Space runs everything by.
RUN useradd --uid 1000 --no-create-home --shell /usr/sbin/nologin banter \
  && install --directory --owner=banter --group=banter /data
COPY --from=build /build/dist/banter /usr/local/bin/banter
USER banter
WORKDIR /data
VOLUME /data
ENV DATA=/data/banter.db
EXPOSE 8000
# The image has no HTTP client; bash can be one.
HEALTHCHECK --interval=30s --timeout=5s --start-period=5s CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${PORT:-8000}; printf 'GET /healthz HTTP/1.1\\r\\nHost: localhost:%s\\r\\nConnection: close\\r\\n\\r\\n' \"${PORT:-8000}\" >&3; read -r _ status _ <&3; [[ $status == 200 ]]"]
ENTRYPOINT ["banter"]
