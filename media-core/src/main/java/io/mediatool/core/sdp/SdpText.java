package io.mediatool.core.sdp;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** From bytes to lines: byte order marks, CR, LF and CRLF. */
final class SdpText {
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
}
