package io.mediatool.core.codec.h264;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.nal.NalFixtures;
import io.mediatool.core.codec.nal.NalHostility;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class H264HostileTest {
    private final NalHostility hostility = new NalHostility(
            new H264Module(),
            new RtpFormat(Codec.H264, 96, "H264", 90_000, 1, Map.of("packetization-mode", "1")),
            new H264Syntax(),
            NalFixtures.x264(),
            3,
            AvcRecord::parse);

    @Test
    void everyPrefixOfEveryPacket() throws MalformedException {
        hostility.prefixes();
    }

    @Test
    void seededMutations() throws MalformedException {
        hostility.mutations(6184);
    }

    @Test
    void mutatedRecordsAndSets() throws MalformedException {
        hostility.records(14496, "avc1", "avcC");
    }
}
