# shellcheck shell=bash
# Sourced by boot-uml and boot-qemu: common work before and after the kernel runs.
set -euo pipefail
job=$(mktemp -d /var/tmp/gorb-lab.XXXXXX)
trap 'rm -rf "$job"' EXIT

# job_files CMD...: writes the files that tests/lab/init reads.
job_files() {
    printf '%q ' "$@" >"$job/cmd"
    pwd >"$job/cwd"
    declare -px >"$job/env"
    cp "$(dirname "${BASH_SOURCE[0]}")/init" "$job/init"
}

# bounded KERNEL...: runs the kernel, with its messages in kernel.log, for LAB_TIMEOUT seconds at most, and exits with the status of the job's command.
bounded() {
    local boot
    # Emulated processors sometimes lose a race when the kernel patches its own code: a kernel that died at boot is booted again.
    for boot in 1 2 3; do
        boot "$@"
        [ ! -e "$job/begun" ] || break
        echo "lab: the kernel died while booting, for the $boot. time" >&2
    done
    cat "$job/kernel.log" >&2
    echo "lab: the kernel ended before the command did" >&2
    exit 125
}

# boot KERNEL...: boots once; returns only if the kernel exits before the job's command has finished.
boot() {
    local limit=${LAB_TIMEOUT:-900} pid status=0 interrupted=
    timeout -k 5 "$limit" "$@" </dev/null >>"$job/kernel.log" 2>&1 &
    pid=$!
    trap 'interrupted=1; kill "$pid" 2>/dev/null || true' INT TERM HUP
    while kill -0 "$pid" 2>/dev/null; do wait "$pid" && status=0 || status=$?; done
    if [ -e "$job/rc" ]; then exit "$(cat "$job/rc")"; fi
    [ -z "$interrupted" ] || exit 130
    if [ "$status" = 124 ] || [ "$status" = 137 ]; then
        echo "lab: stopped after $limit s (LAB_TIMEOUT)" >&2
        exit 124
    fi
}
