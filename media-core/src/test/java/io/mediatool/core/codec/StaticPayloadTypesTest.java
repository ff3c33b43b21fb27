package io.mediatool.core.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Map;
import org.junit.jupiter.api.Test;

class StaticPayloadTypesTest {
    @Test
    void namesTheAudioTypesOfRfc3551Table4() {
        assertEquals(new RtpFormat(Codec.PCMU, 0, "PCMU", 8_000, 1, Map.of()), StaticPayloadTypes.of(0));
        assertEquals(new RtpFormat(Codec.PCMA, 8, "PCMA", 8_000, 1, Map.of()), StaticPayloadTypes.of(8));
        assertEquals(new RtpFormat(Codec.G722, 9, "G722", 8_000, 1, Map.of()), StaticPayloadTypes.of(9));
        assertEquals(new RtpFormat(Codec.L16, 10, "L16", 44_100, 2, Map.of()), StaticPayloadTypes.of(10));
        assertEquals(new RtpFormat(Codec.L16, 11, "L16", 44_100, 1, Map.of()), StaticPayloadTypes.of(11));
    }

    @Test
    void knowsNoOther() {
        for (int type = -1; type < 130; type++) {
            if (type != 0 && (type < 8 || type > 11)) {
                assertNull(StaticPayloadTypes.of(type), "payload type " + type);
            }
        }
    }
}
