package io.mediatool.core.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.catalog.CodecCatalog;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.extension.ExtensionMap;
import io.mediatool.core.rtp.extension.ExtensionWriter;
import io.mediatool.core.rtp.extension.HeaderExtensions;
import io.mediatool.core.rtp.extension.RtpExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ReadPacketsTest {
    private static final ExtensionMap MAP = ExtensionMap.of(Map.of(1, RtpExtension.AUDIO_LEVEL));

    private final ReadPackets read = new ReadPackets(MediaKind.AUDIO, MAP);

    /** Moves {@code view} to a packet that is {@code level} loud. */
    private static RtpPacket packet(RtpPacket view, int level) {
        byte[] bytes = new byte[40];
        int at = RtpPacket.writeHeader(bytes, 0, false, 111, level, 0, 1);
        bytes[0] |= 0x10;
        int block = new ExtensionWriter()
                .begin(MAP, false)
                .put(RtpExtension.AUDIO_LEVEL, new byte[] {(byte) level}, 0, 1)
                .write(bytes, at);
        try {
            return view.wrap(bytes, 0, at + block + 4);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    private void arrive(RtpPacket packet) {
        assertEquals(false, read.onArrival(packet, CodecCatalog.of(Codec.OPUS)).isKnown());
    }

    private int level(RtpPacket packet) {
        HeaderExtensions found = read.extensions(packet);
        return found.data()[found.offset(RtpExtension.AUDIO_LEVEL)];
    }

    @Test
    void aViewThatIsUsedAgainIsThePacketThatCameLast() {
        RtpPacket view = new RtpPacket();
        for (int i = 0; i < 100; i++) {
            arrive(packet(view, i));
            assertEquals(i, level(view));
        }
    }

    @Test
    void eachPacketOfATurnIsItself() {
        List<RtpPacket> turn = new ArrayList<>();
        for (int i = 0; i < 80; i++) { // more than are kept
            turn.add(packet(new RtpPacket(), i));
            arrive(turn.get(i));
        }
        for (int viewer = 0; viewer < 3; viewer++) {
            for (int i = 0; i < turn.size(); i++) {
                assertEquals(i, level(turn.get(i)));
                assertEquals(79 - i, level(turn.get(79 - i)));
            }
        }
    }

    @Test
    void whatIsSentAgainIsReadAgain() {
        RtpPacket arrived = packet(new RtpPacket(), 5);
        arrive(arrived);
        RtpPacket again = new RtpPacket();
        assertEquals(90, level(packet(again, 90)));
        assertEquals(91, level(packet(again, 91)));
        assertEquals(5, level(arrived));
    }
}
