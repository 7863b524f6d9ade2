# Gorb as an image of a few megabytes: the native binary and the parts of Debian's C library that it uses, nothing else.
# The SDK image's C library must not be newer than the base image's. docker/build-local builds this without a registry.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0-noble
ARG BASE_IMAGE=debian:trixie-slim

FROM ${SDK_IMAGE} AS build
RUN apt-get -qq update && apt-get -qq install -y --no-install-recommends clang zlib1g-dev libsqlite3-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN eng/publish
# Checks of type https, tls and grpc load OpenSSL if it is present, and trust these authorities.
RUN mkdir /tls && cp -L --parents $(ldconfig -p | grep -o '/[^ ]*lib\(ssl\|crypto\)\.so\.3$') /etc/ssl/certs/ca-certificates.crt /tls

FROM ${BASE_IMAGE} AS root
COPY --from=build /source/artifacts/gorb /usr/local/bin/gorb
RUN set -e; mkdir -p /image/tmp /image/etc; chmod 1777 /image/tmp; \
    for file in /usr/local/bin/gorb $(ldd /usr/local/bin/gorb | grep -o '/[^ ]*'); do cp -L --parents "$file" /image; done

FROM scratch
LABEL org.opencontainers.image.title="Gorb" \
      org.opencontainers.image.description="A REST API for the load balancer in the Linux kernel (IPVS)" \
      org.opencontainers.image.licenses="LGPL-3.0-or-later"
COPY --from=root /image /
COPY --from=build /tls /
EXPOSE 4672
HEALTHCHECK --interval=10s --timeout=3s CMD ["/usr/local/bin/gorb", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/gorb"]
