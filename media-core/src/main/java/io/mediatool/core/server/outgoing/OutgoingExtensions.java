package io.mediatool.core.server.outgoing;

import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.extension.ExtensionMap;
import io.mediatool.core.rtp.extension.ExtensionWriter;
import io.mediatool.core.rtp.extension.RtpExtension;
import io.mediatool.core.server.IncomingLayer;
import io.mediatool.core.server.MediaTerms;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The header extensions of a viewer's packets: its own, and those of the publisher that it has agreed to. For the loop's thread. */
final class OutgoingExtensions {
    /** Of the loop. What it says of a packet holds until the next one, of whatever track. */
    private final ExtensionWriter writer;

    private final ExtensionMap numbers;
    private final boolean mixed;
    private final byte[] mid;
    private final boolean stamped;

    OutgoingExtensions(MediaTerms media, ExtensionWriter writer) {
        this.writer = writer;
        this.numbers = media.extensions();
        this.mixed = media.mixed();
        String name = media.mid();
        this.mid = (name == null ? "" : name).getBytes(StandardCharsets.UTF_8);
        // A packet that may have to be sent again as it was must not carry what changes each time.
        this.stamped = !media.has(MediaTerms.Feedback.NACK)
                || media.payloads().stream().allMatch(each -> each.rtxPayloadType() != MediaTerms.NO_RTX);
    }

    /** Whether packets carry what changes each time. */
    boolean stamped() {
        return stamped;
    }

    /**
     * Writes them.
     *
     * @param of the layer that the packet is of
     * @return their bytes
     */
    int write(RtpPacket packet, @Nullable IncomingLayer of, byte[] bytes, int offset) {
        writer.begin(numbers, mixed);
        if (mid.length > 0) {
            writer.put(RtpExtension.MID, mid, 0, mid.length);
        }
        if (stamped) {
            writer.reserve(RtpExtension.TRANSPORT_SEQUENCE, 2);
            writer.reserve(RtpExtension.ABS_SEND_TIME, 3);
            if (of != null) {
                writer.putForwarded(of.extensions(packet));
            }
        }
        return writer.write(bytes, offset);
    }

    void addTo(Consumer<Object> parts) {
        parts.accept(this);
        parts.accept(mid);
        numbers.addTo(parts);
    }

    /** Fills in what is of the moment that the packet leaves at: the one that was written last. */
    void stamp(Carrier transport, byte[] data, int length, long nowNs) {
        if (stamped) {
            transport.stamp(
                    data,
                    length,
                    writer.offsetOf(RtpExtension.TRANSPORT_SEQUENCE),
                    writer.offsetOf(RtpExtension.ABS_SEND_TIME),
                    nowNs);
        }
    }
}
