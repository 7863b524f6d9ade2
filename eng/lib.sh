# shellcheck shell=bash
# Sourced by the commands in eng/: paths, messages, Debian packages.
set -euo pipefail
# shellcheck disable=SC2034 # used by the scripts that source this file
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck disable=SC2034
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/gorb # downloaded kernels; shared by all checkouts
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DEBIAN_FRONTEND=noninteractive

say() { printf '==> %s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -E "$@"; fi; }

# need PKG...: installs missing Debian packages.
need() {
    local missing=() package
    for package in "$@"; do
        [[ $(dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null) == ii* ]] || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "installing ${missing[*]}"
    local install=(apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}")
    # The package lists may be missing or outdated: refresh them and try once more.
    as_root "${install[@]}" >/dev/null 2>&1 </dev/null ||
        { as_root apt-get -qq update >&2 && as_root "${install[@]}" >&2 </dev/null; }
}

# unpack PKG: downloads a Debian package and unpacks it in the cache without installing it; prints the folder.
unpack() {
    local into=$cache/$1
    if [ ! -d "$into" ]; then
        say "downloading $1"
        mkdir -p "$cache"
        (
            flock 9
            [ -d "$into" ] && exit
            work=$(mktemp -d "$cache/unpack.XXXXXX") && chmod 755 "$work" && cd "$work"
            local download=(apt-get -qq -o APT::Sandbox::User=root download "$1")
            "${download[@]}" >&2 || { as_root apt-get -qq update >&2 && "${download[@]}" >&2; }
            dpkg -x ./*.deb tree && mv tree "$into" && rm -r "$work"
        ) 9>"$cache/lock"
    fi
    echo "$into"
}

# mirror: prints where this machine gets Debian's main archive, from its apt configuration.
# shellcheck disable=SC2016 # apt expands the fields
mirror() { apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' 'Created-By: Packages' | awk '$1 == "Debian" && $2 == "Debian" { print $3; exit }'; }

# need_docker: installs a Docker engine, unless there is one already, and the docker command, which is a separate package since Debian 13.
need_docker() {
    command -v dockerd >/dev/null || need docker.io
    command -v docker >/dev/null || need docker-cli
}

# need_bird: unpacks BIRD for the tests, as need_etcd does etcd; the library that it needs starts nothing.
need_bird() { need libssh-gcrypt-4 && unpack bird2 >/dev/null; }

# need_etcd: unpacks etcd for the tests, which start members themselves. Its package is not installed, because it would start one, too.
need_etcd() { unpack etcd-server >/dev/null; }

need_dotnet() {
    command -v dotnet >/dev/null || die "the .NET 10 SDK is missing: https://dotnet.microsoft.com/download"
}

# .NET's runtime identifier of this machine.
runtime() {
    case $(uname -m) in
    x86_64) echo linux-x64 ;;
    aarch64) echo linux-arm64 ;;
    *) die "no native build for $(uname -m)" ;;
    esac
}

# publish_bench: builds the benchmark program as one native binary, artifacts/bench/gorb-bench.
publish_bench() {
    need clang zlib1g-dev
    say "publishing gorb-bench (native, takes a minute or two)"
    dotnet publish "$root/tests/Gorb.Benchmarks" -c Release -o "$root/artifacts/bench" --tl:off -v quiet -nologo >&2
}
