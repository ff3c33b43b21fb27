#!/bin/sh
# forward.sh: CPU per forwarded plain RTP packet, 1 to 100, ours (UDP GSO) against a C loop of sendto, in one run.
# Needs cc and a compiled media-core (scripts/test or mvn test-compile).
# CLASSPATH may be given; else it is asked of Maven.
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cc -O2 -o "$work/forward" scripts/bench/reference/forward.c
if [ -z "${CLASSPATH:-}" ]; then
    mvn -q -o -B -pl media-core dependency:build-classpath -Dmdep.outputFile="$work/cp" -Dmdep.includeScope=test
    CLASSPATH=media-core/target/test-classes:media-core/target/classes:$(cat "$work/cp")
fi
exec_java=${JAVA_HOME:+$JAVA_HOME/bin/}java
"$exec_java" -XX:+UseSerialGC -cp "$CLASSPATH" io.mediatool.core.bench.ForwardBench "$work/forward"
