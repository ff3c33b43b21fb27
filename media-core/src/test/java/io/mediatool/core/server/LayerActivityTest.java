package io.mediatool.core.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a layer is there, and how many bits it has. */
final class LayerActivityTest {
    private static final long MS = 1_000_000L;
    /** 25 pictures a second of one packet each. */
    private static final long PICTURE_NS = 40 * MS;

    private static final int TICKS = 3_600;

    private final List<String> events = new ArrayList<>();
    private final LayerActivity high = layer("high");
    private final LayerActivity low = layer("low");
    private long nowNs = 1_000 * MS;
    private long picture;

    private LayerActivity layer(String name) {
        return new LayerActivity(new LayerActivity.Listener() {
            @Override
            public void onActive(long atNs) {
                events.add(name + " comes");
            }

            @Override
            public void onSilent(long atNs) {
                events.add(name + " goes");
            }
        });
    }

    private void together() {
        high.besides(new LayerActivity[] {low});
        low.besides(new LayerActivity[] {high});
    }

    /** One more picture of each of these layers, 1,250 bytes large. */
    private void send(LayerActivity... layers) {
        nowNs += PICTURE_NS;
        picture++;
        for (LayerActivity layer : layers) {
            layer.onPacket(1_250, picture * TICKS, nowNs);
        }
    }

    private void send(int pictures, LayerActivity... layers) {
        for (int i = 0; i < pictures; i++) {
            send(layers);
        }
    }

    @Test
    void nothingHasCome() {
        assertFalse(high.isActive(nowNs));
        assertEquals(0, high.bitrateBps(nowNs));
    }

    @Test
    void theBitrateIsThatOfTheLastHalfSecond() {
        send(high);
        assertEquals(0, high.bitrateBps(nowNs), "one packet has no rate");
        send(12, high);
        assertTrue(high.isActive(nowNs));
        assertEquals(0, high.bitrateBps(nowNs), "not half a second yet");
        send(high);
        // Fourteen packets in thirteen intervals: the first of a window is its beginning.
        assertEquals(14 * 10_000 * 1_000L / 520, high.bitrateBps(nowNs));
        send(13, high);
        assertEquals(250_000, high.bitrateBps(nowNs));
        for (int i = 0; i < 13; i++) {
            nowNs += PICTURE_NS;
            high.onPacket(125, ++picture * TICKS, nowNs);
        }
        assertEquals(25_000, high.bitrateBps(nowNs));
    }

    @Test
    void aSecondAndAHalfWithoutAPacketIsSilence() {
        send(30, high);
        assertTrue(high.isActive(nowNs + 1_500 * MS));
        assertFalse(high.isActive(nowNs + 1_501 * MS));
        assertEquals(0, high.bitrateBps(nowNs + 1_501 * MS));
        nowNs += 2_000 * MS;
        send(high);
        assertTrue(high.isActive(nowNs));
        assertEquals(List.of("high comes", "high comes"), events);
        high.onEnded();
        assertFalse(high.isActive(nowNs));
    }

    @Test
    void aLayerHasGoneWhenOthersHaveFourPicturesWithoutIt() {
        together();
        send(30, high, low);
        events.clear();
        send(3, low);
        assertTrue(high.isActive(nowNs));
        send(low);
        assertEquals(List.of("high goes"), events);
        assertFalse(high.isActive(nowNs));
        assertEquals(0, high.bitrateBps(nowNs));
        send(20, low);
        assertEquals(List.of("high goes"), events, "told once");
        send(high, low);
        assertEquals(List.of("high goes", "high comes"), events);
        assertTrue(high.isActive(nowNs));
    }

    @Test
    void aLayerOfAFifthOfTheRateIsNotGone() {
        together();
        for (int i = 0; i < 40; i++) {
            send(4, low);
            send(high, low);
        }
        events.clear();
        send(10, low);
        assertEquals(List.of(), events, "two of its own intervals");
        send(10, low);
        assertEquals(List.of("high goes"), events);
    }

    @Test
    void picturesInABurstProveNoSilence() {
        together();
        send(30, high, low);
        events.clear();
        for (int i = 0; i < 20; i++) {
            low.onPacket(1_250, ++picture * TICKS, nowNs + 119 * MS);
        }
        assertEquals(List.of(), events);
    }

    @Test
    void packetsOfOnePictureAreOnePicture() {
        together();
        send(30, high, low);
        events.clear();
        nowNs += 400 * MS;
        picture++;
        for (int i = 0; i < 20; i++) {
            low.onPacket(1_250, picture * TICKS, nowNs);
        }
        assertEquals(List.of(), events);
    }

    @Test
    void timestampsMayBeginAnew() {
        together();
        send(30, high, low);
        events.clear();
        low.onRestart();
        picture = 0;
        send(4, low);
        assertEquals(List.of("high goes"), events);
    }
}
