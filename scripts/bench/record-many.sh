#!/usr/bin/env bash
# record-many.sh [COUNT] [SECONDS]: COUNT (100) recordings of 1.5 Mbit/s H.264 at once in one process: frames and packets lost (none may be),
# CPU and memory. One ffmpeg pushes; a small C relay multiplies what it sends. Needs ffmpeg with libx264 and a C compiler.
set -euo pipefail
source "$(dirname "$0")/setup.sh"
count=${1:-100}
seconds=${2:-40}
cc -O2 -o "$work/forward" scripts/bench/reference/forward.c
ffmpeg -v error -f lavfi -i testsrc2=s=640x360:r=30:d=8 -vf noise=alls=40:allf=t -c:v libx264 -preset ultrafast -g 60 -b:v 1500k \
    -minrate 1500k -maxrate 1500k -bufsize 750k -pix_fmt yuv420p "$work/clip.ts"

bin=${JAVA_HOME:+$JAVA_HOME/bin/}
"${bin}javac" -cp cli/target/mediatool.jar -d "$work/classes" scripts/bench/RecordMany.java
mkfifo "$work/stop"
# shellcheck disable=SC2086
"${bin}java" -XX:+UseSerialGC -Xms24m -Xmn12m -XX:-UsePerfData ${MEDIATOOL_JAVA_OPTS:-} -cp "cli/target/mediatool.jar:$work/classes" RecordMany "$work" "$count" \
    <"$work/stop" >"$work/out" 2>"$work/errors" &
recorder=$!
pids+=("$recorder")
exec 7>"$work/stop"
until [ -f "$work/out" ] && [ "$(wc -l <"$work/out")" -ge "$count" ]; do
    kill -0 "$recorder" || { cat "$work/errors" >&2; exit 1; }
    sleep 0.2
done
touch "$work/relay"
"$work/forward" relay "$count" <"$work/out" >"$work/relay" 7>&- &
relay=$!
pids+=("$relay")
until [ -s "$work/relay" ]; do sleep 0.1; done

ticks() { awk '{print $14 + $15}' "/proc/$1/stat"; } # user and system CPU in 1/100 s
ffmpeg -nostdin -v error -re -stream_loop -1 -t "$seconds" -i "$work/clip.ts" -map 0:v -c copy -an -f rtp -payload_type 96 \
    "rtp://127.0.0.1:$(cat "$work/relay")?pkt_size=1200" >/dev/null 2>&1 7>&- &
push=$!
pids+=("$push")
sleep $((seconds / 2))
before=$(ticks "$recorder")
sleep $((seconds / 2 - 2))
after=$(ticks "$recorder")
rss=$(awk '/VmHWM/ {print int($2 / 1024)}' "/proc/$recorder/status")
wait "$push" || true
was=-1
while [ "$was" != "$(ticks "$relay")" ]; do # on a busy machine the relay is behind
    was=$(ticks "$relay")
    sleep 1
done
exec 7>&-
wait "$recorder"
tail -n "$count" "$work/out" | awk -v c=$((after - before)) -v s=$((seconds / 2 - 2)) -v rss="$rss" -v load="$(load)" '
    {frames += $1; packets += $2; lost += $3; if (NR == 1 || $1 < least) least = $1; if ($1 > most) most = $1}
    END {printf "%d recordings of 1.5 Mbit/s: %d to %d frames each, %d packets, %d lost; %.0f %% of a core, peak RSS %d MB; load %s\n",
        NR, least, most, packets, lost, c / s, rss, load}'
sort "$work/errors" | uniq -c | sort -rn | head -3
