package io.mediatool.core.signalling.webrtc;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.dtls.DtlsFingerprint;
import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.ice.IceCredentials;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Offers of the fixtures, and our side of a session. */
public final class Offers {
    static final List<String> PUBLISHERS = List.of(
            "chromium-publish",
            "chromium-simulcast",
            "firefox-publish",
            "firefox-simulcast",
            "safari-publish",
            "obs30-publish",
            "obs-publish",
            "obs-simulcast",
            "ffmpeg-publish",
            "aiortc-publish",
            "gstreamer-publish");
    static final List<String> VIEWERS =
            List.of("chromium-watch", "chromium-watch-data", "firefox-watch", "firefox-watch-data", "safari-watch");

    static final LocalTransport LOCAL = new LocalTransport(
            7,
            new IceCredentials("serverUf", "serverPasswordOf24Characs"),
            DtlsFingerprint.of(new byte[] {1}),
            List.of(
                    IceCandidate.host("tcp", new InetSocketAddress("192.0.2.1", 8189), 65_535),
                    IceCandidate.host("udp", new InetSocketAddress("192.0.2.1", 8189), 65_000),
                    IceCandidate.host("udp", new InetSocketAddress("2001:db8::1", 8189), 64_000)));

    static final SentTrack OPUS = track(RtpFormat.of(Codec.OPUS, 111), 1000);

    private Offers() {}

    public static String text(String name) {
        try (InputStream in = present(Offers.class.getResourceAsStream(name + ".sdp"), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream present(@Nullable InputStream in, String name) {
        if (in == null) {
            throw new IllegalArgumentException("no fixture " + name);
        }
        return in;
    }

    static SentTrack track(RtpFormat format, long ssrc) {
        String kind = format.codec().kind().label();
        return new SentTrack(format.codec().kind(), List.of(format), ssrc, ssrc + 1, "cname", "stream", kind);
    }

    static RtpFormat video(Codec codec, Map<String, String> parameters) {
        return new RtpFormat(codec, 96, codec.encodingName(), 90_000, 1, parameters);
    }

    static RtpFormat h264(String profileLevelId, String mode) {
        return video(Codec.H264, Map.of("profile-level-id", profileLevelId, "packetization-mode", mode));
    }
}
