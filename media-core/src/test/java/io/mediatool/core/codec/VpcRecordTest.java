package io.mediatool.core.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mediatool.core.bits.MalformedException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class VpcRecordTest {
    @Test
    void writesAndReadsTheSame() throws MalformedException {
        VpcRecord record = new VpcRecord(2, 51, 10, 3, true, 9, 16, 9);
        assertEquals(record, VpcRecord.parse(record.toBytes()));
        assertArrayEquals(record.toBytes(), VpcRecord.parse(record.toBytes()).toBytes());
    }

    @Test
    void levelGrowsWithThePicture() {
        assertEquals(10, VpcRecord.levelOf(64, 48));
        assertEquals(20, VpcRecord.levelOf(320, 240));
        assertEquals(31, VpcRecord.levelOf(1280, 720));
        assertEquals(40, VpcRecord.levelOf(1920, 1080));
        assertEquals(50, VpcRecord.levelOf(3840, 2160));
        assertEquals(62, VpcRecord.levelOf(16384, 16384));
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] whole = new VpcRecord(0, 10, 8, 1, false, 2, 2, 2).toBytes();
        for (int length = 0; length < whole.length; length++) {
            byte[] prefix = Arrays.copyOf(whole, length);
            assertThrows(MalformedException.class, () -> VpcRecord.parse(prefix));
        }
    }
}
