#!/usr/bin/env bash
# sound.sh [SECONDS]: how many stereo AAC streams one core makes Opus in real time (asked: 20), at 44.1 and 48 kHz: noise and sweeps, as FFmpeg's
# own encoder codes them. One thread, CPU time, compilers warm. Needs ffmpeg.
set -euo pipefail
source "$(dirname "$0")/setup.sh"
seconds=${1:-120}
bin=${JAVA_HOME:+$JAVA_HOME/bin/}
"${bin}javac" -cp cli/target/mediatool.jar -d "$work/classes" scripts/bench/SoundCore.java
for rate in 44100 48000; do
    ffmpeg -nostdin -v error -f lavfi -i "anoisesrc=c=pink:r=$rate:d=10:a=0.2,aformat=channel_layouts=stereo" -f lavfi \
        -i "aevalsrc=0.3*sin(2*PI*(300+200*t)*t)|0.3*sin(2*PI*(500+100*t)*t):s=$rate:d=10" -filter_complex amix=2 \
        -ar "$rate" -c:a aac -b:a 128k "$work/$rate.aac"
    "${bin}java" -XX:+UseSerialGC -cp "cli/target/mediatool.jar:$work/classes" SoundCore "$work/$rate.aac" "$seconds"
done
echo "load $(load)"
