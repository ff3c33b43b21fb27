package io.mediatool.core.sdp;

import io.mediatool.core.bits.MalformedException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads descriptions as the field writes them, not as RFC 8866 §9 has them: what is broken and not needed is left out with a
 * warning, and only a description without any usable {@code m=} line is refused. Keeps nothing between calls.
 *
 * <p>Takes bytes or text with LF, CRLF or CR; a byte order mark; lines of other text before, between and after (ffmpeg
 * prints {@code SDP:} before {@code v=0} on standard output); missing {@code v= o= s= t=}.
 */
public final class SdpParser {
    /** Bytes (or characters) of the longest description. */
    public static final int MAX_SIZE = 256 * 1024;
    /** Media of a description; the rest is left out. */
    public static final int MAX_MEDIA = 64;
    /** Characters of a line; longer ones are left out. */
    public static final int MAX_LINE = 16 * 1024;
    /** Warnings kept. */
    public static final int MAX_WARNINGS = 100;

    private final List<SdpWarning> warnings = new ArrayList<>();
    private final List<MediaDescription> media = new ArrayList<>();
    private final List<SdpAttribute> attributes = new ArrayList<>();
    private String name = "";
    private String origin = "";
    private @Nullable SdpConnection connection;
    private SdpDirection direction = SdpDirection.SENDRECV;
    private @Nullable SdpMediaReader current;
    private StringBuilder seen = new StringBuilder();
    private boolean skippingMedium;
    private boolean mediaSeen;
    private int mediaLines;

    private SdpParser() {}

    /**
     * Reads a description in UTF-8, or in UTF-16 with a byte order mark.
     *
     * @throws MalformedException when it is too large, is no description at all or has no usable medium
     */
    public static ParsedSdp parse(byte[] data) throws MalformedException {
        if (data.length > MAX_SIZE) {
            throw new MalformedException("sdp: larger than 256 kB", MAX_SIZE);
        }
        return parse(SdpText.decode(data));
    }

    /** {@link #parse(byte[])} for text. */
    public static ParsedSdp parse(String text) throws MalformedException {
        if (text.length() > MAX_SIZE) {
            throw new MalformedException("sdp: larger than 256 kB", MAX_SIZE);
        }
        return new SdpParser().read(SdpText.lines(text));
    }

    private ParsedSdp read(List<String> lines) throws MalformedException {
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.startsWith("\uFEFF")) {
                line = line.substring(1);
            }
            if (line.equals("v=0") && mediaSeen) {
                warn(i + 1, "a second description begins", "the rest is ignored");
                break;
            }
            readLine(i + 1, line);
        }
        finishMedium();
        if (media.isEmpty()) {
            throw new MalformedException(reasonOfNoMedia(), -1);
        }
        warnOfMissingLines();
        SessionDescription description = new SessionDescription(name, origin, connection, attributes, media);
        return new ParsedSdp(description, mediaLines - media.size(), warnings);
    }

    private void readLine(int number, String line) {
        if (line.isEmpty()) {
            return; // RFC 8866 has none, but hand-made files do, and they harm nobody
        }
        if (line.length() < 2 || line.charAt(1) != '=' || line.charAt(0) < 'a' || line.charAt(0) > 'z') {
            warn(number, "not a description line", "ignored");
            return;
        }
        if (line.length() > MAX_LINE) {
            warn(number, "longer than " + MAX_LINE + " characters", "ignored");
            return;
        }
        char type = line.charAt(0);
        String value = line.substring(2).strip();
        if (type == 'm') {
            startMedium(number, value);
        } else if (current != null) {
            current.read(number, type, value);
        } else if (!skippingMedium) {
            readSessionLine(number, type, value);
        }
    }

    private void readSessionLine(int number, char type, String value) {
        if (seen.indexOf(String.valueOf(type)) < 0) {
            seen.append(type);
        }
        switch (type) {
            case 'v' -> {
                if (!value.equals("0")) {
                    warn(number, "version is not 0", "read as version 0");
                }
            }
            case 'o' -> origin = value;
            case 's' -> name = value;
            case 'c' -> {
                SdpConnection read = SdpConnection.read(value);
                if (read == null) {
                    warn(number, "broken c= line", "ignored");
                } else {
                    connection = read;
                }
            }
            case 'a' -> {
                SdpAttribute attribute = SdpMediaReader.attributeOf(value);
                SdpDirection read = SdpDirection.ofName(attribute.name());
                if (attribute.name().isEmpty()) {
                    warn(number, "attribute without a name", "ignored");
                } else if (read != null) {
                    direction = read;
                } else {
                    attributes.add(attribute);
                }
            }
            default -> {} // i u e p t r z k b: of no use to us, and nothing in them can hurt
        }
    }

    private void startMedium(int number, String value) {
        finishMedium();
        mediaSeen = true;
        mediaLines++;
        skippingMedium = true;
        if (media.size() == MAX_MEDIA) {
            warn(number, "more than " + MAX_MEDIA + " media", "this one is ignored");
            return;
        }
        current = SdpMediaReader.start(number, value, this::warn);
    }

    private void finishMedium() {
        SdpMediaReader finished = current;
        current = null;
        if (finished != null) {
            MediaDescription medium = finished.finish(connection, direction);
            if (medium != null) {
                media.add(medium);
            }
        }
    }

    private String reasonOfNoMedia() {
        if (mediaSeen) {
            return "sdp: no usable m= line";
        }
        return seen.length() == 0 ? "sdp: not a session description" : "sdp: no m= line";
    }

    private void warnOfMissingLines() {
        for (char type : new char[] {'v', 'o', 's', 't'}) {
            if (seen.indexOf(String.valueOf(type)) < 0) {
                warn(0, "no " + type + "= line", "read without it");
            }
        }
    }

    private void warn(int line, String what, String done) {
        if (warnings.size() < MAX_WARNINGS) {
            warnings.add(new SdpWarning(line, what, done));
        }
    }
}
