# The relay: rtpengine of Debian, userspace only, with our options. Build from the root of the repository: docker build -f deploy/relay.Dockerfile .
FROM debian:bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends rtpengine-daemon \
  && rm -rf /var/lib/apt/lists/*
COPY deploy/rtpengine/rtpengine.conf /etc/rtpengine/rtpengine.conf
USER rtpengine
ENTRYPOINT ["rtpengine", "--config-file=/etc/rtpengine/rtpengine.conf", "--foreground", "--log-stderr"]
