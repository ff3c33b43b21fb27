package io.mediatool.core.mp4.read;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaKind;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Samples of several tracks in the order of their decoding times. */
public final class Mp4Interleaver {
    private final List<Mp4TrackReader> tracks;
    private final State[] states;

    private enum State {
        /** Must step before it can be compared. */
        SPENT,
        /** Stands on a sample not given out yet. */
        READY,
        ENDED
    }

    Mp4Interleaver(List<Mp4TrackReader> tracks) {
        this.tracks = List.copyOf(tracks);
        this.states = new State[tracks.size()];
        Arrays.fill(states, State.SPENT);
    }

    /**
     * The cursor that stands on the next sample, or null at the end of all tracks. The cursor is lent until the next call:
     * read from it, do not step it.
     *
     * @throws MalformedException when a track's index contradicts itself; that track has ended, the
     *     others go on with the next call
     */
    public @Nullable Mp4TrackReader next() throws IOException, MalformedException {
        int best = -1;
        long bestNs = Long.MAX_VALUE;
        for (int i = 0; i < states.length; i++) {
            Mp4TrackReader track = tracks.get(i);
            if (states[i] == State.SPENT) {
                states[i] = State.ENDED;
                states[i] = track.next() ? State.READY : State.ENDED;
            }
            if (states[i] == State.READY) {
                long ns = track.track().toNs(track.dts());
                if (best < 0 || ns < bestNs) {
                    best = i;
                    bestNs = ns;
                }
            }
        }
        if (best < 0) {
            return null;
        }
        states[best] = State.SPENT;
        return tracks.get(best);
    }

    /**
     * Goes to a time: each picture track to its last sync sample at or before it, each sound track to the sample there
     * <em>at the earliest of these</em>, so that nothing is missing from the first picture on.
     *
     * @param timeNs nanoseconds on the movie's clock
     */
    public void seek(long timeNs) throws IOException, MalformedException {
        long soundNs = timeNs;
        for (int i = 0; i < states.length; i++) {
            Mp4TrackReader track = tracks.get(i);
            if (track.track().kind() == MediaKind.VIDEO) {
                states[i] = State.ENDED;
                track.seek(track.track().fromNs(timeNs), true);
                states[i] = track.next() ? State.READY : State.ENDED;
                if (states[i] == State.READY) {
                    soundNs = Math.min(soundNs, track.track().toNs(track.dts()));
                }
            }
        }
        for (int i = 0; i < states.length; i++) {
            Mp4TrackReader track = tracks.get(i);
            if (track.track().kind() != MediaKind.VIDEO) {
                track.seek(track.track().fromNs(soundNs), false);
                states[i] = State.SPENT;
            }
        }
    }
}
