package io.mediatool.core.codec.nal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;

/** Small streams of real encoders, as Annex B: 176x144 at 25 frames a second, two key frames, B-frames, two slices a picture. */
public final class NalFixtures {
    private NalFixtures() {}

    /** x264, High, sets before each of two IDR pictures, 13 pictures. */
    public static byte[] x264() {
        return hex("x264.hex");
    }

    /** x265, Main, sets before the IDR and before a CRA, 13 pictures of one slice. */
    public static byte[] x265() {
        return hex("x265.hex");
    }

    private static byte[] hex(String name) {
        try (InputStream in = Objects.requireNonNull(NalFixtures.class.getResourceAsStream(name))) {
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
