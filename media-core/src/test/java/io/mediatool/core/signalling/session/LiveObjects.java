package io.mediatool.core.signalling.session;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/** How many objects of each class are alive: what jcmd calls a class histogram, after a collection. */
final class LiveObjects {
    private static final Pattern LINE = Pattern.compile("(?m)^\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+)");

    /** As it came: read, it would be some thousand objects itself. */
    private final String histogram;

    private LiveObjects(String histogram) {
        this.histogram = histogram;
    }

    static LiveObjects count() {
        Object[] arguments = {new String[0]};
        String[] signature = {String[].class.getName()};
        try {
            var name = new ObjectName("com.sun.management:type=DiagnosticCommand");
            return new LiveObjects(String.valueOf(
                    ManagementFactory.getPlatformMBeanServer().invoke(name, "gcClassHistogram", arguments, signature)));
        } catch (JMException e) {
            throw new AssertionError("no class histogram", e);
        }
    }

    private Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        Matcher line = LINE.matcher(histogram);
        while (line.find()) {
            counts.merge(line.group(3), Long.valueOf(line.group(1)), Long::sum);
        }
        return counts;
    }

    /** Of all together, but for what collectors fill gaps with, which may be as large as they like. */
    long bytes() {
        return LINE.matcher(histogram)
                .results()
                .filter(line -> !line.group(3).equals("[I") && !line.group(3).contains("Filler"))
                .mapToLong(line -> Long.parseLong(line.group(2)))
                .sum();
    }

    /** Classes that have more than {@code most} objects more than {@code before}. */
    List<String> grown(LiveObjects before, long most) {
        Map<String, Long> then = before.counts();
        List<String> grown = new ArrayList<>();
        counts().forEach((name, count) -> {
            long more = count - then.getOrDefault(name, 0L);
            if (more > most) {
                grown.add(more + " " + name);
            }
        });
        return grown;
    }
}
