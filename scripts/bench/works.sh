#!/usr/bin/env bash
# works.sh [SECONDS]: one `serve` with 20 pushes, 20 players and 50 recordings at once, of 1 Mbit/s each: 40 recordings of one stream, 10 of a room of
# four. Every frame of every file is looked at (ffprobe): each one once, byte for byte, at its time. Needs ffmpeg with libx264 and libopus, and Python 3.
set -euo pipefail
source "$(dirname "$0")/setup.sh"
seconds=${1:-30}
mkdir "$work/media" "$work/push"
clip() { # FILE SEED AUDIO…: noise, so that no two frames are the same
    local file=$1 seed=$2
    shift 2
    ffmpeg -nostdin -v error -f lavfi -i "testsrc2=s=640x360:r=30:d=$seconds" -f lavfi -i "anoisesrc=r=48000:d=$seconds:s=$seed:a=0.1" \
        -vf "noise=alls=20:allf=t:all_seed=$seed" -c:v libx264 -preset ultrafast -g 60 -bf 0 -b:v 900k -maxrate 900k -bufsize 450k -pix_fmt yuv420p \
        "$@" -ac 2 -shortest "$file"
}
clip "$work/push/0.mp4" 1 -c:a libopus -b:a 64k
clip "$work/push/1.mp4" 2 -c:a aac -b:a 96k
clip "$work/media/play-0.mp4" 3 -c:a libopus -b:a 64k
clip "$work/media/play-1.mp4" 4 -c:a aac -b:a 96k

scripts/mediatool serve --http 0 --udp 0 --bind 127.0.0.1 --rate-limit 1000 --media "$work/media" 2>"$work/log" &
serve=$!
pids+=("$serve")
until grep -q '^ready' "$work/log"; do
    kill -0 "$serve" || { cat "$work/log" >&2; exit 1; }
    sleep 0.1
done
url=$(sed -n 's|^page  \(.*\)/$|\1|p' "$work/log")
python3 scripts/bench/works.py "$url" "$serve" "$work" && result=0 || result=$?
echo "load $(load)"
grep -iE 'warn|drop|lost|fail' "$work/log" | sort | uniq -c | sort -rn | head -5 || true
exit "$result"
