# shellcheck shell=bash
# Sourced by boot-uml and boot-qemu: what both do around the kernel's run.
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

# bounded KERNEL...: runs the kernel, whose own words go to kernel.log, for LAB_TIMEOUT seconds at most and exits as the job's command did.
bounded() {
    local boot
    # Emulated processors lose a race with the kernel's patching of its own code now and then: a kernel that died while booting boots again.
    for boot in 1 2 3; do
        boot "$@"
        [ ! -e "$job/begun" ] || break
        echo "lab: the kernel died while booting, for the $boot. time" >&2
    done
    cat "$job/kernel.log" >&2
    echo "lab: the kernel ended before the command did" >&2
    exit 125
}

# boot KERNEL...: boots once; returns only when the kernel ended by itself, without the job's command having done so.
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
