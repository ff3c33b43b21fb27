package io.mediatool.core.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KeyFrameRequestsTest {
    private static final long MS = 1_000_000L;

    private final List<Long> sentMs = new ArrayList<>();
    private final KeyFrameRequests requests = new KeyFrameRequests(nowNs -> sentMs.add(nowNs / MS));

    private void run(long untilMs) {
        while (requests.nextDeadlineNs() <= untilMs * MS) {
            requests.onDeadline(requests.nextDeadlineNs());
        }
    }

    @Test
    void twentyViewersInASecondMakeOneRequest() {
        for (int i = 0; i < 20; i++) {
            requests.request((1000 + 5 * i) * MS);
        }
        requests.onKeyFrame();
        run(5000);
        assertEquals(List.of(1000L), sentMs);
        assertEquals(20, requests.wishes());
        assertEquals(1, requests.requests());
    }

    @Test
    void asksAgainWhileNoneComesButNotForever() {
        requests.request(0);
        run(1700);
        assertEquals(List.of(0L, 500L, 1000L, 1500L), sentMs);
        run(1_000_000);
        assertEquals(KeyFrameRequests.MAX_TRIES, sentMs.size());
        assertEquals(Long.MAX_VALUE, requests.nextDeadlineNs());
    }

    @Test
    void whoAsksAfterTheKeyFrameWaitsForTheInterval() {
        requests.request(0);
        requests.onKeyFrame();
        requests.request(100 * MS);
        run(400);
        assertEquals(List.of(0L), sentMs);
        run(600);
        assertEquals(List.of(0L, 500L), sentMs);
    }
}
