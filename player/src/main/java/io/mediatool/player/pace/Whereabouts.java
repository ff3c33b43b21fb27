package io.mediatool.player.pace;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Where on the clock of the files the playing is: each file that begins, and each jump, is a mark. */
public final class Whereabouts {
    private final Deque<Mark> ahead = new ArrayDeque<>();
    private Mark here;

    /**
     * From here on both clocks go on together.
     *
     * @param fromNs on the clock of the playing
     * @param listNs on the clock of the files, one round
     * @param round from 0
     */
    public record Mark(long fromNs, long listNs, int round) {}

    /** @param listNs where on the clock of the files it begins */
    public Whereabouts(long listNs) {
        here = new Mark(0, listNs, 0);
    }

    /** Takes marks that playing will come to. */
    public void add(List<Mark> marks) {
        ahead.addAll(marks);
    }

    /** Forgets what would have come, and is elsewhere. */
    public void jump(Mark to) {
        ahead.clear();
        here = to;
    }

    /** The last mark passed at {@code positionNs}, which never goes back but by a jump. */
    public Mark at(long positionNs) {
        for (Mark next = ahead.peek(); next != null && next.fromNs() <= positionNs; next = ahead.peek()) {
            here = ahead.poll();
        }
        return here;
    }

    /** Where it is on the clock of the files. */
    public long listNs(long positionNs) {
        Mark mark = at(positionNs);
        return mark.listNs + Math.max(0, positionNs - mark.fromNs);
    }
}
