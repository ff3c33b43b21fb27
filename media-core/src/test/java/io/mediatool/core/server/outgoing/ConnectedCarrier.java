package io.mediatool.core.server.outgoing;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.TimeService;
import io.mediatool.core.rtp.extension.ExtensionMap;
import io.mediatool.core.rtp.extension.ExtensionWriter;
import io.mediatool.core.rtp.extension.RtpExtension;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.MediaTerms;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/** A transport that is there, takes what it is given, and ends the test with a bug. */
interface ConnectedCarrier extends Carrier {
    @Override
    default boolean isConnected() {
        return true;
    }

    @Override
    default void sendRtpAgain(byte[] data, int offset, int length) {
        sendRtp(data, offset, length, false);
    }

    @Override
    default void stamp(byte[] data, int length, int sequenceAt, int timeAt, long nowNs) {}

    @Override
    default void fail(RuntimeException bug, long nowNs) {
        throw bug;
    }

    @Override
    default void remove(OutgoingStream stream) {}

    /** A viewer behind it, of video alone: payload type 100, 101 for RTX. */
    default OutgoingStream watch(
            IncomingStream stream,
            Codec codec,
            Map<Integer, RtpExtension> extensions,
            TimeService time,
            RandomGenerator random) {
        var payload = new MediaTerms.Payload(RtpFormat.of(codec, 100), 101, Set.of(MediaTerms.Feedback.NACK));
        var terms = new MediaTerms("1", MediaKind.VIDEO, List.of(payload), ExtensionMap.of(extensions), true);
        var track = new OutgoingStreamTrack(
                this,
                new OutgoingTerms(terms, 5, 6, "c", of -> payload),
                time,
                random,
                new byte[4_096],
                new ExtensionWriter());
        var watching = new OutgoingStream(this, List.of(track));
        watching.attachTo(stream);
        return watching;
    }
}
