package io.mediatool.ingest.port;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Says each line once, then counts: repetitions come as one line every ten seconds. */
public final class LineLimiter {
    private static final long INTERVAL_NS = 10_000_000_000L;
    /** Kinds of lines remembered; beyond, the oldest kind is forgotten and may be said again. */
    private static final int MAX_KINDS = 64;
    /** Lines in one interval, whatever their kind: what the network says must not become a flood. */
    private static final int MAX_LINES = 50;

    private final Consumer<String> output;
    private final Map<String, Said> kinds = new LinkedHashMap<>();
    private int lines;
    private long suppressed;
    private long intervalStartNs = Long.MIN_VALUE;

    private static final class Said {
        private String line = "";
        private long more;
    }

    public LineLimiter(Consumer<String> output) {
        this.output = output;
    }

    /** Says {@code line} unless one of the same {@code kind} was said before; then it is counted. */
    public void say(String kind, String line) {
        Said said = kinds.get(kind);
        if (said != null) {
            said.line = line;
            said.more++;
            return;
        }
        if (kinds.size() == MAX_KINDS) {
            kinds.remove(kinds.keySet().iterator().next());
        }
        kinds.put(kind, new Said());
        print(line);
    }

    /** To be called about once a second. */
    public void onTick(long nowNs) {
        if (intervalStartNs == Long.MIN_VALUE) {
            intervalStartNs = nowNs;
        }
        if (nowNs - intervalStartNs < INTERVAL_NS) {
            return;
        }
        intervalStartNs = nowNs;
        lines = 0;
        if (suppressed > 0) {
            output.accept(suppressed + " more warnings in the last 10 s");
            suppressed = 0;
        }
        for (Said said : kinds.values()) {
            if (said.more > 0) {
                print(said.line + " (" + said.more + (said.more == 1 ? " time" : " times") + " in the last 10 s)");
                said.more = 0;
            }
        }
    }

    private void print(String line) {
        if (lines == MAX_LINES) {
            suppressed++;
        } else {
            lines++;
            output.accept(line);
        }
    }
}
