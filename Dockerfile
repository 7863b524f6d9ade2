# Gorb as an image of a few megabytes: the native binary, SQLite and the parts of Debian's C library that they use, nothing else.
# The SDK image's C library must not be newer than the base image's. docker/build-local builds this without a registry.
# The images are those of these digests, whatever their tags mean meanwhile (10.0.401 and 13); a newer one is a change of this file.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0-noble@sha256:e70cdb7f80b0348f5cb85f19a8f670fca061f033d57eed12fa003d58b0e06317
ARG BASE_IMAGE=debian:trixie-slim@sha256:a29215f6a35e51e22adffa17f89e9d2ef06214e64a2bad10d765c46aea49f11f

FROM ${SDK_IMAGE} AS build
RUN apt-get -qq update && apt-get -qq install -y --no-install-recommends clang zlib1g-dev nodejs npm && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN eng/publish
# Checks of type https, tls and grpc load OpenSSL if it is present, and trust these authorities.
RUN mkdir /tls && cp -L --parents $(ldconfig -p | grep -o '/[^ ]*lib\(ssl\|crypto\)\.so\.3$') /etc/ssl/certs/ca-certificates.crt /tls

FROM ${BASE_IMAGE} AS root
COPY --from=build /source/artifacts/gorb /source/artifacts/libe_sqlite3.so /usr/local/bin/
# The user that the daemon becomes, and its folders. The numbers are part of what users rely on: volumes keep them.
RUN set -e; mkdir -p /image/tmp /image/etc /image/run/gorb /image/var/lib/gorb; chmod 1777 /image/tmp; chmod 700 /image/var/lib/gorb; \
    printf 'root:x:0:0::/:/\ngorb:x:4672:4672::/:/\n' >/image/etc/passwd; printf 'root:x:0:\ngorb:x:4672:\n' >/image/etc/group; \
    chown 4672:4672 /image/run/gorb /image/var/lib/gorb; \
    for file in /usr/local/bin/gorb /usr/local/bin/libe_sqlite3.so $( (ldd /usr/local/bin/gorb; ldd /usr/local/bin/libe_sqlite3.so) | grep -o '/[^ ]*' | sort -u); do cp -L --parents "$file" /image; done

FROM scratch
LABEL org.opencontainers.image.title="Gorb" \
      org.opencontainers.image.description="A REST API for the load balancer in the Linux kernel (IPVS)" \
      org.opencontainers.image.licenses="LGPL-3.0-or-later"
COPY --from=root /image /
COPY --from=build /tls /
# An engine gives capabilities to root only, so the daemon starts as root and at once becomes this user, with NET_ADMIN and NET_RAW if it has them and nothing else.
ENV GORB_USER=gorb
EXPOSE 4672
HEALTHCHECK --interval=10s --timeout=3s CMD ["/usr/local/bin/gorb", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/gorb"]
