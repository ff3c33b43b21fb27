# setup.sh: read by the benches with `source`: at the top of the tree, with a build of ours, a directory $work for scratch, and the list
# pids of processes that end with the bench.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
work=$(mktemp -d)
pids=()
finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait
    rm -rf "$work"
}
trap finish EXIT
scripts/mediatool --version >/dev/null # builds what is missing before anything is measured

cpu() { # PID: nanoseconds that the threads of a process have run
    cat /proc/"$1"/task/*/schedstat | awk '{sum += $1} END {printf "%.0f", sum}'
}
load() { cut -d' ' -f1 /proc/loadavg; }
