package io.mediatool.core.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class PayloadTypesTest {
    @Test
    void whatIsNotTakenHasNone() {
        PayloadTypes types = new PayloadTypes();
        assertEquals(-1, types.of(0));
        types.map(96, 100, 101);
        for (int each = 0; each < 128; each++) {
            assertEquals(each == 96 ? 100 : -1, types.of(each));
            assertEquals(each == 96 ? 101 : -1, types.rtxOf(each));
            assertFalse(types.unwraps(each));
        }
    }

    @Test
    void retransmissionsMayGoPlain() {
        PayloadTypes types = new PayloadTypes().map(0, 127, -1).map(127, 0, 0);
        assertEquals(127, types.of(0));
        assertEquals(-1, types.rtxOf(0));
        assertEquals(0, types.of(127));
        assertEquals(0, types.rtxOf(127));
    }

    @Test
    void whatIsSaidLastHolds() {
        PayloadTypes types =
                new PayloadTypes().map(96, 100, 101).map(97, 98, -1).map(96, 102, -1);
        assertEquals(102, types.of(96));
        assertEquals(-1, types.rtxOf(96));
        assertEquals(98, types.of(97));
    }

    @Test
    void redIsUnwrappedWhicheverIsSaidFirst() {
        PayloadTypes types =
                new PayloadTypes().map(63, 111, -1).unwrap(63).unwrap(64).map(64, 111, 112);
        for (int red = 63; red <= 64; red++) {
            assertTrue(types.unwraps(red));
            assertEquals(111, types.of(red));
        }
        assertEquals(112, types.rtxOf(64));
        assertEquals(-1, new PayloadTypes().unwrap(63).of(63));
    }

    @Test
    void allPayloadTypesHaveRoom() {
        PayloadTypes types = new PayloadTypes();
        for (int each = 0; each < 128; each++) {
            types.map(each, 127 - each, each);
        }
        for (int each = 0; each < 128; each++) {
            assertEquals(127 - each, types.of(each));
            assertEquals(each, types.rtxOf(each));
        }
        assertThrows(IndexOutOfBoundsException.class, () -> types.map(128, 0, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> types.unwrap(-1));
    }
}
