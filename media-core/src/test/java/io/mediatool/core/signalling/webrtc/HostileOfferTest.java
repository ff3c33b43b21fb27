package io.mediatool.core.signalling.webrtc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.mediatool.core.bits.Hostility;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.sdp.SdpParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever comes is answered with a valid answer of as many m-lines, or refused with one line. */
final class HostileOfferTest {
    private static final List<SentTrack> TRACKS = List.of(
            Offers.OPUS, Offers.track(RtpFormat.of(Codec.VP8, 96), 5), Offers.track(Offers.h264("42e01f", "1"), 9));

    @Test
    void everyPrefix() {
        List<String> names = new ArrayList<>(OfferMutations.FIXTURES);
        // The other large ones are parts of chromium-simulcast.
        names.removeAll(List.of("chromium-publish", "chromium-watch", "chromium-watch-data"));
        for (String name : names) {
            String text = Offers.text(name);
            for (int end = 0; end < text.length(); end++) {
                answerOrRefuse(text.substring(0, end), name + " prefix " + end);
            }
        }
    }

    @Test
    void seededMutations() {
        long seed = 0xa25e4L;
        OfferMutations mutations = new OfferMutations(new Random(seed));
        List<String> names = OfferMutations.FIXTURES;
        for (int round = 0; round < Hostility.rounds(3000); round++) {
            String name = names.get(round % names.size());
            String text = mutations.mutated(Offers.text(name));
            answerOrRefuse(text, name + " seed " + seed + " round " + round);
        }
    }

    private static void answerOrRefuse(String text, String what) {
        try {
            try {
                WebRtcOffer offer = WebRtcOffer.read(text);
                check(offer, true, what);
                check(offer, false, what);
            } catch (RefusedOfferException refused) {
                assertOneLine(refused, what);
            }
            try {
                IceFragment.read(text);
            } catch (RefusedOfferException refused) {
                assertOneLine(refused, what);
            }
        } catch (Exception escaped) {
            throw new AssertionError(what, escaped);
        }
    }

    private static void check(WebRtcOffer offer, boolean publish, String what) throws Exception {
        Answer answer;
        try {
            answer =
                    publish ? Negotiation.publish(offer, Offers.LOCAL) : Negotiation.watch(offer, Offers.LOCAL, TRACKS);
        } catch (RefusedOfferException refused) {
            assertOneLine(refused, what);
            return;
        }
        var read = SdpParser.parse(answer.text());
        assertEquals(0, read.ignoredMedia(), what);
        assertEquals(offer.media().size(), read.description().media().size(), what);
        IceFragment.write(answer, Offers.LOCAL);
    }

    private static void assertOneLine(RefusedOfferException refused, String what) {
        assertFalse(refused.line().isEmpty() || refused.line().matches("(?s).*[\r\n].*"), what);
        assertFalse(refused.line().length() > 400, what + ": " + refused.line());
    }
}
