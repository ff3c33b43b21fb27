#!/usr/bin/env bash
# forward.sh [SECONDS]: CPU per forwarded RTP packet, 1 to 100: `mediatool ingest` with a hundred --forward against a C loop that calls
# sendto, both at once from one sender, whole processes, warm. Needs a C compiler, and ffmpeg with libvpx. About half a minute for each line.
set -euo pipefail
source "$(dirname "$0")/setup.sh"
seconds=${1:-12}
viewers=100
cc -O2 -o "$work/forward" scripts/bench/reference/forward.c
ffmpeg -v error -f lavfi -i testsrc2=s=1280x720:r=30:d=8 -vf noise=alls=20:allf=t -c:v libvpx -deadline realtime -cpu-used 8 -g 60 \
    -b:v 1500k -minrate 1500k -maxrate 1500k -bufsize 750k "$work/clip.webm"

touch "$work/sinks"
"$work/forward" sinks $((2 * viewers)) >"$work/sinks" &
pids+=($!)
while [ "$(wc -l <"$work/sinks")" -lt $((2 * viewers)) ]; do sleep 0.1; done
head -n "$viewers" "$work/sinks" | "$work/forward" relay "$viewers" >"$work/relay" &
theirs=$!
pids+=("$theirs")
forwards=()
while read -r port; do forwards+=(--forward "rtp://127.0.0.1:$port"); done < <(tail -n "$viewers" "$work/sinks")
in=$((10000 + RANDOM % 4000 * 2))
scripts/mediatool ingest "rtp://127.0.0.1:$in?codec=vp8&pt=96" "${forwards[@]}" --quiet --json >"$work/json" 2>"$work/errors" &
ours=$!
pids+=("$ours")
until [ -s "$work/relay" ]; do sleep 0.1; done
sleep 3

compare() { # WHAT PPS COMMAND...: while the command sends
    local o0 t0 o1 t1
    "${@:3}" >"$work/sender" 2>&1 &
    local sender=$!
    pids+=("$sender")
    sleep 6 # another pattern has other hot code: the compiler comes first
    o0=$(cpu "$ours") t0=$(cpu "$theirs")
    sleep "$seconds"
    o1=$(cpu "$ours") t1=$(cpu "$theirs")
    wait "$sender"
    awk -v o=$((o1 - o0)) -v t=$((t1 - t0)) -v n=$(($2 * seconds * viewers)) -v what="$1" -v load="$(load)" 'BEGIN {
        printf "forward 1 to 100, %s: mediatool %.2f us a packet, C with sendto %.2f, ratio %.2f; load %s\n",
            what, o / n / 1000, t / n / 1000, o / t, load
    }'
}
measure() { # PPS BURST
    compare "$1 packets/s in frames of $2" "$1" "$work/forward" drive "$1" "$2" $((seconds + 7)) 1200 "$(cat "$work/relay")" "$in"
}
measure_ffmpeg() {
    compare "FFmpeg's push of 1.5 Mbit/s (some 170 packets/s)" 170 ffmpeg -nostdin -v error -re -stream_loop -1 -t $((seconds + 7)) -i "$work/clip.webm" \
        -c copy -f rtp "rtp://127.0.0.1:$(cat "$work/relay")?pkt_size=1200" -c copy -f rtp "rtp://127.0.0.1:$in?pkt_size=1200"
}
"$work/forward" drive 600 8 10 1200 "$in" # warms the compiler up
"$work/forward" drive 300 1 10 1200 "$in"
measure 156 1  # 1.5 Mbit/s, evenly spaced
measure 156 5  # 1.5 Mbit/s at 30 frames a second
measure 417 14 # 4 Mbit/s
measure 833 28 # 8 Mbit/s
measure_ffmpeg
kill "$ours"
wait "$ours" || true
tr ',{' '\n\n' <"$work/json" | awk -F: '/"packets"/ {gsub(/[ }]/, "", $2); if (!($2 in seen)) {seen[$2] = 1; print "packets counted: " $2}}' | head -4
