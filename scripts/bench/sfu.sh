#!/usr/bin/env bash
# sfu.sh [core|serve [VIEWERS [SECONDS [REFERENCE…]]]]: CPU per forwarded SRTP packet (AEAD_AES_128_GCM), one publisher of 1.5 Mbit/s and Opus to 200 viewers,
# against loops in C (reference/sfu.c), one after the other, each fed by the same source at the same time as ours. Whole processes, warm.
# `serve` measures the server with its signalling, `core` the forwarding path alone. Needs a C compiler, libsrtp2-dev and libssl-dev.
set -euo pipefail
what=${1:-serve}
viewers=${2:-200}
seconds=${3:-12}
references=("${@:4}")
[ ${#references[@]} -gt 0 ] || references=(libsrtp openssl gso)
source "$(dirname "$0")/setup.sh"

cc -O2 -o "$work/sfu" scripts/bench/reference/sfu.c -lsrtp2 -lcrypto
bin=${JAVA_HOME:+$JAVA_HOME/bin/}
"${bin}javac" -nowarn -cp cli/target/mediatool.jar -d "$work/classes" scripts/bench/Sfu*.java
java=("${bin}java" -XX:+UseSerialGC -XX:-UsePerfData -Xms24m -Xmn12m -cp "cli/target/mediatool.jar:$work/classes")

waited() { # FILE: until it has a line
    for _ in $(seq 300); do [ -s "$1" ] && return || sleep 0.1; done
    cat "$work"/*errors >&2
    return 1
}

mkfifo "$work/talk"
# shellcheck disable=SC2086
"${java[@]}" SfuPeers "$viewers" "$seconds" <"$work/talk" >"$work/out" 2>"$work/errors" &
peers=$!
pids+=("$peers")
exec 7>"$work/talk"
until grep -q '^$' "$work/out" 2>/dev/null; do kill -0 "$peers"; sleep 0.2; done

if [ "$what" = core ]; then
    # shellcheck disable=SC2086
    "${java[@]}" ${MEDIATOOL_JAVA_OPTS:-} SfuCore "$viewers" >"$work/port" 2>"$work/server-errors" 7>&- &
    ours=$!
    pids+=("$ours")
    waited "$work/port"
    address=$(cat "$work/port")
else
    http=$((10000 + RANDOM % 20000))
    scripts/mediatool serve --http "$http" --udp $((http + 1)) --advertise 127.0.0.1 --rate-limit 0 >"$work/server" 2>"$work/server-errors" 7>&- &
    ours=$!
    pids+=("$ours")
    address=http://127.0.0.1:$http
    for _ in $(seq 100); do curl -s -o "$work/page" "$address/" && break || sleep 0.1; done
fi
echo "server $address $ours" >&7
for reference in "${references[@]}"; do
    head -n "$viewers" "$work/out" | "$work/sfu" "$reference" "$viewers" >"$work/$reference" 7>&- &
    pids+=($!)
    waited "$work/$reference"
    echo "$reference $(cat "$work/$reference") $!" >&7
done
exec 7>&-
wait "$peers" || { cat "$work/errors" "$work/server-errors" >&2; exit 1; }
sed '1,/^$/d' "$work/out"
grep -v 'session opened' "$work/errors" "$work/server-errors" | grep -iE 'error|exception|warn|closed|consent' | head -5 || true
