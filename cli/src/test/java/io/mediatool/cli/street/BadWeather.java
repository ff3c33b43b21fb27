package io.mediatool.cli.street;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Drops, doubles and delays RTP packets by a seed, and remembers what it did to each of two tracks. */
final class BadWeather implements Fan.Weather {
    private static final int CALM_FRAMES = 30;
    private static final int MAX_OVERTAKING = 3;

    private final Random random;
    private final int lastFrame;
    private final List<Track> tracks = List.of(new Track(), new Track());

    /** What has happened to one track; read it when the push is over. */
    static final class Track {
        private final List<Held> held = new ArrayList<>();
        private final Set<Integer> timestamps = new LinkedHashSet<>();
        private final Set<Integer> hit = new HashSet<>();
        int dropped;
        int doubled;
        int delayed;

        /** The numbers of the frames of which a packet was dropped. */
        Set<Integer> damaged() {
            List<Integer> order = List.copyOf(timestamps);
            var numbers = new HashSet<Integer>();
            hit.forEach(timestamp -> numbers.add(order.indexOf(timestamp)));
            return numbers;
        }
    }

    private static final class Held {
        final ByteBuffer datagram;
        int overtaking;

        Held(ByteBuffer datagram, int overtaking) {
            this.datagram = datagram;
            this.overtaking = overtaking;
        }
    }

    /**
     * The first frames pass, so that the recording begins, and all from number {@code lastFrame} on: nobody can miss what nothing follows.
     */
    BadWeather(long seed, int lastFrame) {
        this.random = new Random(seed);
        this.lastFrame = lastFrame;
    }

    Track track(int number) {
        return tracks.get(number);
    }

    @Override
    public List<ByteBuffer> pass(int index, ByteBuffer datagram) {
        if (index % 2 == 1) {
            return List.of(datagram); // RTCP
        }
        Track track = tracks.get(index / 2);
        int timestamp = datagram.getInt(4);
        track.timestamps.add(timestamp);
        int frame = track.timestamps.size() - 1;
        boolean calm = frame < CALM_FRAMES || frame >= lastFrame;
        int luck = calm ? 99 : random.nextInt(100);
        var out = new ArrayList<ByteBuffer>();
        if (luck < 3) {
            track.dropped++;
            track.hit.add(timestamp);
        } else if (luck < 6) {
            track.doubled++;
            out.addAll(List.of(datagram, datagram));
        } else if (luck < 10) {
            track.delayed++;
            track.held.add(new Held(copy(datagram), 1 + random.nextInt(MAX_OVERTAKING)));
        } else {
            out.add(datagram);
        }
        for (Iterator<Held> waiting = track.held.iterator(); waiting.hasNext(); ) {
            Held held = waiting.next();
            if (!out.isEmpty() && --held.overtaking <= 0 || frame >= lastFrame) {
                waiting.remove();
                out.add(held.datagram);
            }
        }
        return out;
    }

    private static ByteBuffer copy(ByteBuffer datagram) {
        var bytes = new byte[datagram.remaining()];
        datagram.duplicate().get(bytes);
        return ByteBuffer.wrap(bytes);
    }
}
