package io.mediatool.core.sdp;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** From bytes to lines, and from lines to words: byte order marks, CR, LF and CRLF, blanks. */
public final class SdpText {
    private SdpText() {}

    /**
     * Decodes UTF-8, or UTF-16 behind its byte order mark: what {@code ffmpeg … > x.sdp} makes in Windows PowerShell 5.
     */
    static String decode(byte[] data) {
        int first = data.length > 0 ? data[0] & 0xff : 0;
        int second = data.length > 1 ? data[1] & 0xff : 0;
        Charset charset = StandardCharsets.UTF_8;
        if (first == 0xff && second == 0xfe) {
            charset = StandardCharsets.UTF_16LE;
        } else if (first == 0xfe && second == 0xff) {
            charset = StandardCharsets.UTF_16BE;
        }
        String text = new String(data, charset);
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    /** Splits at CRLF, LF or a lone CR. Empty lines stay, so that line numbers are those of an editor. */
    static List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\n' && c != '\r') {
                continue;
            }
            lines.add(text.substring(start, i));
            if (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
                i++;
            }
            start = i + 1;
        }
        lines.add(text.substring(start));
        return lines;
    }

    /** The words between blanks; one that is empty stands before a blank at the beginning, and behind one at the end. */
    public static String[] words(String text) {
        return words(text, Integer.MAX_VALUE);
    }

    /**
     * The first words and, as the last, all that is left.
     *
     * @param max how many at most, 1 or more
     */
    public static String[] words(String text, int max) {
        List<String> words = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length() && words.size() < max - 1; i++) {
            if (isBlank(text.charAt(i))) {
                words.add(text.substring(start, i));
                while (i + 1 < text.length() && isBlank(text.charAt(i + 1))) {
                    i++;
                }
                start = i + 1;
            }
        }
        words.add(text.substring(start));
        return words.toArray(String[]::new);
    }

    /** What can stand between words within a line, and where a line ends. */
    private static boolean isBlank(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }
}
