#!/usr/bin/env bash
# record.sh [SECONDS [WARM [STEADY]]]: CPU of recording one 8 Mbit/s H.264+Opus RTP stream, mediatool against ffmpeg -c copy, both at once
# from one push; whole processes, warm: before it is measured, WARM seconds at ten times the pace, for what runs with each packet, and STEADY
# seconds at the pace that is measured, for what runs with each wake-up: 27 a second, of which the compiler wants thousands.
# Needs ffmpeg with libx264 and libopus.
set -euo pipefail
source "$(dirname "$0")/setup.sh"
seconds=${1:-30}
warm=${2:-40}
steady=${3:-240}

ffmpeg -v error -f lavfi -i testsrc2=s=1280x720:r=30:d=8 -f lavfi -i "sine=f=440:r=48000:d=8" -vf noise=alls=40:allf=t \
    -c:v libx264 -preset ultrafast -g 60 -b:v 8M -minrate 8M -maxrate 8M -bufsize 4M -pix_fmt yuv420p \
    -c:a libopus -b:a 64k -map 0:v -map 1:a "$work/clip.mp4"

base=$((20000 + RANDOM % 10000 * 2))
to() { # PORT: the outputs of ffmpeg that push picture and sound there
    echo "-map 0:v -c copy -f rtp rtp://127.0.0.1:$1?pkt_size=1200 -map 0:a -c copy -f rtp rtp://127.0.0.1:$(($1 + 2))?pkt_size=1200"
}
sdp() { # PORT FILE
    # shellcheck disable=SC2046
    ffmpeg -v error -t 0.1 -i "$work/clip.mp4" -sdp_file "$2" $(to "$1") >/dev/null 2>&1
}
sdp "$base" "$work/ours.sdp"
sdp $((base + 4)) "$work/theirs.sdp"

scripts/mediatool record "$work/ours.sdp" -o "$work/ours.mp4" --idle 3s --quiet --json >"$work/ours.json" &
ours=$!
pids+=("$ours")
ffmpeg -nostdin -v error -protocol_whitelist file,udp,rtp -i "$work/theirs.sdp" -c copy -y "$work/theirs.mp4" 2>/dev/null &
theirs=$!
pids+=("$theirs")
sleep 3
push() { # RATE SECONDS
    # shellcheck disable=SC2046
    ffmpeg -nostdin -v error -readrate "$1" -stream_loop -1 -t $(($1 * $2)) -i "$work/clip.mp4" $(to "$base") $(to $((base + 4))) \
        >/dev/null 2>&1
}
push 10 "$warm"
push 1 $((steady + seconds + 2)) &
push=$!
pids+=("$push")
sleep "$steady"
ours0=$(cpu "$ours") theirs0=$(cpu "$theirs")
sleep "$seconds"
ours1=$(cpu "$ours") theirs1=$(cpu "$theirs")
rss=$(awk '/VmRSS/ {print int($2 / 1024)}' "/proc/$ours/status")
wait "$push" || true
wait "$ours" || true
awk -v o=$((ours1 - ours0)) -v t=$((theirs1 - theirs0)) -v s="$seconds" -v rss="$rss" -v load="$(load)" 'BEGIN {
    printf "record 8 Mbit/s: mediatool %.2f %% of a core, ffmpeg %.2f %%, ratio %.2f; RSS %d MB; load %s\n",
        o / s / 1e7, t / s / 1e7, o / t, rss, load
}'
tr ',' '\n' <"$work/ours.json" | grep -E '"(frames|lost)"' | tr -d '\n{}' | sed 's/$/\n/'
