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
    private static final String[] WORDS = {
        "a=rid:",
        "send",
        ";",
        "~",
        ",",
        "a=simulcast:",
        "m=video 9 ",
        "a=mid:0",
        "a=group:BUNDLE ",
        "a=extmap:1/",
        "-1",
        "99999999999",
        "a=ssrc-group:FID ",
        "a=rtcp-fb:* ",
        "a=fmtp:",
        "apt=",
        "\u0000",
        "\u2028",
        "é",
        " ",
        "\t",
        ":",
        "="
    };
    private static final List<SentTrack> TRACKS = List.of(
            Offers.OPUS, Offers.track(RtpFormat.of(Codec.VP8, 96), 5), Offers.track(Offers.h264("42e01f", "1"), 9));

    private static List<String> fixtures() {
        List<String> names = new ArrayList<>(Offers.PUBLISHERS);
        names.addAll(Offers.VIEWERS);
        return names;
    }

    @Test
    void everyPrefix() {
        List<String> names = fixtures();
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
        Random random = new Random(seed);
        List<String> names = fixtures();
        for (int round = 0; round < Hostility.rounds(3000); round++) {
            String name = names.get(round % names.size());
            String text = mutated(Offers.text(name), random);
            answerOrRefuse(text, name + " seed " + seed + " round " + round);
        }
    }

    private static String mutated(String text, Random random) {
        StringBuilder mutated = new StringBuilder(text);
        for (int i = random.nextInt(6); i >= 0; i--) {
            int at = random.nextInt(mutated.length());
            switch (random.nextInt(4)) {
                case 0 -> mutated.setCharAt(at, (char) (random.nextInt(128)));
                case 1 -> mutated.insert(at, WORDS[random.nextInt(WORDS.length)]);
                case 2 -> mutated.delete(at, Math.min(mutated.length(), at + 1 + random.nextInt(20)));
                default -> {
                    int from = random.nextInt(mutated.length());
                    mutated.insert(at, mutated.substring(from, Math.min(mutated.length(), from + 60)));
                }
            }
        }
        return mutated.toString();
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
