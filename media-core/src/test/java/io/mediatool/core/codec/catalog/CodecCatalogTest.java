package io.mediatool.core.codec.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.CodecModule;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CodecCatalogTest {
    private static final Map<String, Codec> ENTRIES = Map.of(
            "avc1", Codec.H264,
            "hvc1", Codec.H265,
            "vp08", Codec.VP8,
            "vp09", Codec.VP9,
            "av01", Codec.AV1,
            "Opus", Codec.OPUS,
            "mp4a", Codec.AAC,
            "ulaw", Codec.PCMU,
            "alaw", Codec.PCMA,
            "twos", Codec.L16);

    @Test
    void everyModuleIsThatOfItsCodec() {
        for (Codec codec : Codec.values()) {
            assertEquals(codec, CodecCatalog.of(codec).codec());
            assertSame(CodecCatalog.of(codec), CodecCatalog.of(codec));
        }
    }

    @Test
    void sampleEntriesFindTheirModules() {
        ENTRIES.forEach((fourcc, codec) -> {
            CodecModule module = CodecCatalog.ofSampleEntry(fourcc);
            assertNotNull(module, fourcc);
            assertEquals(codec, module.codec());
        });
        assertNull(CodecCatalog.ofSampleEntry("mp4v"));
        assertNull(CodecCatalog.ofSampleEntry(""));
    }
}
