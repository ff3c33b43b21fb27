#!/usr/bin/env bash
# sfu.sh [core|serve|rooms [VIEWERS [SECONDS [REFERENCE…]]]]: CPU per forwarded SRTP packet (AEAD_AES_128_GCM), one publisher of 1.5 Mbit/s and Opus to 200 viewers,
# against loops in C (reference/sfu.c) and Janus, one after the other, each fed by the same source at the same time as ours. Whole
# processes, warm. `serve` measures the server with its signalling, `core` the forwarding path alone, `rooms` the transit with many
# rooms of VIEWERS each. Needs a C compiler, libsrtp2-dev and
# libssl-dev; for Janus `apt install janus`. Debian builds libsrtp2 on NSS, whose AES is slow: give Janus one on OpenSSL by
#   JANUS_LIBRARIES=DIRECTORY   with a libsrtp2.so.1 (libsrtp's source: cmake -DENABLE_OPENSSL=ON -DBUILD_SHARED_LIBS=ON)
#   JANUS_LOOPS=1               threads of Janus that send; 0: one for each viewer, which is its default
#   NOLOAD=1                    without the transit at half and at full load, the last minute and a half
#   WARM_SECONDS=12             how long each count of viewers is served before it is measured
#   PROFILE=AEAD_AES_128_GCM    or AES_CM_128_HMAC_SHA1_80, what viewers offer (the loops in C know only the first)
set -euo pipefail
what=${1:-serve}
viewers=${2:-200}
seconds=${3:-12}
references=("${@:4}")
[ ${#references[@]} -gt 0 ] || references=(libsrtp openssl gso janus)
[ "$what" != rooms ] || references=(none)
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

start_janus() {
    if ! command -v janus >/dev/null; then
        echo "janus is not installed, and not compared with: apt install janus" >"$work/janus"
        return
    fi
    local port=$((30000 + RANDOM % 2000 * 4)) plugins
    plugins=$(dirname "$(find /usr/lib /usr/local/lib /opt/janus -name libjanus_streaming.so -print -quit 2>/dev/null)")
    mkdir -p "$work/janus.d"
    cat >"$work/janus.d/janus.jcfg" <<-EOF
	general: {
	    plugins_folder = "$plugins"
	    transports_folder = "${plugins%plugins}transports"
	    debug_level = 3
	    session_timeout = 0
	    event_loops = ${JANUS_LOOPS:-1}
	}
	media: { ipv6 = false }
	nat: { ice_lite = true }
	plugins: { disable = "$(cd "$plugins" && ls libjanus_*.so | grep -v streaming | paste -sd,)" }
	transports: { disable = "$(cd "${plugins%plugins}transports" && ls libjanus_*.so | grep -v http | paste -sd,)" }
	EOF
    echo "general: { json = \"compact\" base_path = \"/janus\" http = true port = $port ip = \"127.0.0.1\" https = false }" \
        >"$work/janus.d/janus.transport.http.jcfg"
    cat >"$work/janus.d/janus.plugin.streaming.jcfg" <<-EOF
	bench: {
	    type = "rtp" id = 1 audio = true video = true
	    audioport = $((port + 1)) audiopt = 111 audiocodec = "opus" audioiface = "127.0.0.1"
	    videoport = $((port + 2)) videopt = 96 videocodec = "vp8" videoiface = "127.0.0.1"
	}
	EOF
    LD_LIBRARY_PATH=${JANUS_LIBRARIES:-}${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} janus -F "$work/janus.d" >"$work/janus-errors" 2>&1 7>&- &
    local pid=$!
    pids+=("$pid")
    for _ in $(seq 100); do curl -s -o "$work/page" "http://127.0.0.1:$port/janus/info" && break || sleep 0.1; done
    local srtp cipher
    srtp=$(awk '/libsrtp2/ {print $6; exit}' "/proc/$pid/maps")
    cipher=$(ldd "$srtp" | grep -oE 'libnss3|libcrypto' | head -1 || true)
    echo "janus $(curl -s "http://127.0.0.1:$port/janus/info" | grep -oE '"version_string":"[^"]*"' | head -1), $srtp on ${cipher:-its own AES}, ${JANUS_LOOPS:-1} loops" \
        >"$work/janus"
    echo "janus $pid $((port + 2)) $((port + 1)) http://127.0.0.1:$port/janus" >&7
}

mkfifo "$work/talk"
# shellcheck disable=SC2086
"${java[@]}" -Dwarm="${WARM_SECONDS:-12}" SfuPeers "$viewers" "$seconds" "${PROFILE:-AEAD_AES_128_GCM}" <"$work/talk" >"$work/out" 2>"$work/errors" &
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
    if [ "$reference" = none ]; then
        continue
    elif [ "$reference" = janus ]; then
        start_janus
        continue
    fi
    head -n "$viewers" "$work/out" | "$work/sfu" "$reference" "$viewers" >"$work/$reference" 7>&- &
    pids+=($!)
    waited "$work/$reference"
    echo "$reference $! $(cat "$work/$reference")" >&7
done
case $what in
    rooms) echo rooms >&7 ;;
    serve) [ -n "${NOLOAD:-}" ] || echo load >&7 ;;
esac
exec 7>&-
wait "$peers" || { cat "$work/errors" "$work/server-errors" >&2; exit 1; }
[ ! -f "$work/janus" ] || cat "$work/janus"
sed '1,/^$/d' "$work/out"
grep -v 'session opened' "$work/errors" "$work/server-errors" | grep -iE 'error|exception|warn|closed|consent' | grep -v janus | head -5 || true
