# The SIP edge: Kamailio of Debian with our configuration. Build from the root of the repository: docker build -f deploy/edge.Dockerfile .
FROM debian:bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends kamailio kamailio-tls-modules kamailio-websocket-modules ca-certificates \
  && rm -rf /var/lib/apt/lists/*
COPY deploy/kamailio /opt/hookswitch/kamailio
ENV EDGE_RUN=/run/hookswitch-edge
RUN mkdir "$EDGE_RUN" && chown kamailio:kamailio "$EDGE_RUN"
USER kamailio
CMD ["/opt/hookswitch/kamailio/start"]
