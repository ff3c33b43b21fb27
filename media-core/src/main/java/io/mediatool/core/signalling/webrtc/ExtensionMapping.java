package io.mediatool.core.signalling.webrtc;

import io.mediatool.core.rtp.extension.RtpExtension;
import io.mediatool.core.sdp.SdpAttribute;
import io.mediatool.core.sdp.SdpDirection;
import io.mediatool.core.sdp.SdpText;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An {@code a=extmap} line (RFC 8285 §5).
 *
 * @param id 1 to 14, with two-byte headers to 255
 * @param direction as the describing side sees it; {@code SENDRECV} where the line does not say
 */
public record ExtensionMapping(RtpExtension extension, int id, SdpDirection direction) {

    private static final Pattern ID = Pattern.compile("[0-9]{1,3}");

    /** The value of a=extmap; null when it is broken or an extension that we do not know. */
    static @Nullable ExtensionMapping read(String value) {
        String[] words = SdpText.words(value);
        RtpExtension extension = words.length < 2 ? null : RtpExtension.ofUri(words[1]);
        if (extension == null) {
            return null;
        }
        int slash = words[0].indexOf('/');
        String digits = slash < 0 ? words[0] : words[0].substring(0, slash);
        if (!ID.matcher(digits).matches()) {
            return null;
        }
        int id = Integer.parseInt(digits);
        SdpDirection direction = slash < 0 ? SdpDirection.SENDRECV : direction(words[0].substring(slash + 1));
        return id < 1 || id > 255 || id == 15 || direction == null
                ? null
                : new ExtensionMapping(extension, id, direction);
    }

    private static @Nullable SdpDirection direction(String word) {
        for (SdpDirection direction : SdpDirection.values()) {
            if (direction.label().equals(word.toLowerCase(Locale.ROOT))) {
                return direction;
            }
        }
        return null;
    }

    /** The same seen from the other side (RFC 8285 §6). */
    ExtensionMapping reversed() {
        return new ExtensionMapping(extension, id, direction.reversed());
    }

    /** As {@code a=extmap}. */
    public SdpAttribute toSdp() {
        String way = direction == SdpDirection.SENDRECV ? "" : "/" + direction.label();
        return new SdpAttribute("extmap", id + way + " " + extension.uri());
    }
}
