package io.mediatool.core.codec.h265;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.nal.NalFixtures;
import io.mediatool.core.codec.nal.NalHostility;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class H265HostileTest {
    private final NalHostility hostility = new NalHostility(
            new H265Module(),
            new RtpFormat(Codec.H265, 96, "H265", 90_000, 1, Map.of()),
            new H265Syntax(),
            NalFixtures.x265(),
            4,
            HvcRecord::parse);

    @Test
    void everyPrefixOfEveryPacket() throws MalformedException {
        hostility.prefixes();
    }

    @Test
    void seededMutations() throws MalformedException {
        hostility.mutations(7798);
    }

    @Test
    void mutatedRecordsAndSets() throws MalformedException {
        hostility.records(23008, "hvc1", "hvcC");
    }
}
