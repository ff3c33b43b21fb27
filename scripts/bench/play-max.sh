#!/usr/bin/env bash
# play-max.sh: how many times faster than real time `play --speed max` sends a 1080p file into a port nobody reads; ffmpeg -re
# -c copy -f rtp is real time. Needs ffmpeg with libx264 and libopus. Under a minute.
set -euo pipefail
source "$(dirname "$0")/setup.sh"

ffmpeg -v error -f lavfi -i testsrc2=s=1920x1080:r=30:d=6 -f lavfi -i "sine=f=440:r=48000:d=6" -vf noise=alls=20:allf=t \
    -c:v libx264 -preset ultrafast -g 60 -b:v 6M -maxrate 6M -bufsize 6M -pix_fmt yuv420p \
    -c:a libopus -b:a 64k -map 0:v -map 1:a "$work/clip.mp4"
ffmpeg -v error -stream_loop 39 -i "$work/clip.mp4" -c copy "$work/long.mp4"
media=$(ffprobe -v error -show_entries format=duration -of csv=p=0 "$work/long.mp4")

# Sockets that are bound and never read: the sender pays for the delivery, nobody for the reading.
python3 - "$work/port" <<'SINK' &
import os, socket, sys, time
while True:
    sinks = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(4)]
    try:
        sinks[0].bind(("127.0.0.1", 0))
        base = sinks[0].getsockname()[1]
        for step in range(1, 4):
            sinks[step].bind(("127.0.0.1", base + step))
        if base % 2 == 0:
            break
    except (OSError, OverflowError):
        pass
with open(sys.argv[1] + ".new", "w") as out:
    out.write(str(base))
os.rename(sys.argv[1] + ".new", sys.argv[1])
time.sleep(300)
SINK
pids+=($!)
for _ in $(seq 100); do [ -f "$work/port" ] && break || sleep 0.1; done
port=$(cat "$work/port")

cost() { # COMMAND…: wall and CPU seconds
    local TIMEFORMAT='%R %U %S'
    { time "$@" >/dev/null 2>&1; } 2>&1 | awk '{print $1, $2 + $3}'
}
pace() { awk -v m="$media" -v s="$1" 'BEGIN {printf "%.0f", m / s}'; }
for round in 1 2 3; do
    read -r ours ours_cpu < <(cost timeout 100 scripts/mediatool play "$work/long.mp4" "rtp://127.0.0.1:$port" --speed max --quiet)
    read -r theirs theirs_cpu < <(cost timeout 100 ffmpeg -nostdin -v error -i "$work/long.mp4" -map 0:v -c copy -f rtp "rtp://127.0.0.1:$port?pkt_size=1200" \
        -map 0:a -c copy -f rtp "rtp://127.0.0.1:$((port + 2))?pkt_size=1200")
    echo "play --speed max, 1080p, ${media%.*} s of media: $(pace "$ours")x real time by the wall, $(pace "$ours_cpu")x by CPU seconds" \
        "(ffmpeg without -re: $(pace "$theirs")x, $(pace "$theirs_cpu")x); load $(load)"
done
