package io.mediatool.cli.http.media;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which bytes of a file are asked for (RFC 9110 §14.1.2).
 *
 * @param isPart whether it answers a range; else it is all of the file
 * @param first offset of the first byte
 * @param length in bytes; 0 of a part: none of what is asked for is there
 */
record ByteRange(boolean isPart, long first, long length) {
    private static final Pattern ONE =
            Pattern.compile("bytes=\\s*(\\d{0,30})\\s*-\\s*(\\d{0,30})\\s*", Pattern.CASE_INSENSITIVE);
    private static final int MAX_DIGITS = 18;

    /**
     * What a header asks for. What is no range is not heeded (§14.2), and neither are several at once: nobody who plays or downloads
     * asks so, and they are a way to have one request answered with many times the file.
     *
     * @param header null for none
     */
    static ByteRange of(@Nullable String header, long size) {
        Matcher matched = header == null ? null : ONE.matcher(header.strip());
        if (matched == null || !matched.matches()) {
            return new ByteRange(false, 0, size);
        }
        String from = matched.group(1);
        String to = matched.group(2);
        if (from.isEmpty()) {
            return to.isEmpty() ? new ByteRange(false, 0, size) : last(Math.min(size, number(to)), size);
        }
        long first = number(from);
        long last = to.isEmpty() ? Long.MAX_VALUE : number(to);
        if (last < first) {
            return new ByteRange(false, 0, size);
        }
        return first >= size
                ? new ByteRange(true, 0, 0)
                : new ByteRange(true, first, Math.min(last, size - 1) - first + 1);
    }

    private static ByteRange last(long length, long size) {
        return new ByteRange(true, size - length, length);
    }

    private static long number(String digits) {
        String bare = digits.replaceFirst("^0+(?=\\d)", "");
        return bare.length() > MAX_DIGITS ? Long.MAX_VALUE - 1 : Long.parseLong(bare);
    }

    boolean isMissing() {
        return isPart && length == 0;
    }

    /** As {@code Content-Range} of a file of {@code size} bytes says it (§14.4). */
    String described(long size) {
        return isMissing() ? "bytes */" + size : "bytes " + first + "-" + (first + length - 1) + "/" + size;
    }
}
