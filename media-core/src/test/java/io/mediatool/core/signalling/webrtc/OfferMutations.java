package io.mediatool.core.signalling.webrtc;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Offers of the fixtures, and what goes wrong with them: a character, a word too many, a part that is gone or twice there. */
public final class OfferMutations {
    static final List<String> FIXTURES =
            Stream.concat(Offers.PUBLISHERS.stream(), Offers.VIEWERS.stream()).toList();

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

    private final Random random;
    private final List<String> publishers =
            Offers.PUBLISHERS.stream().map(Offers::text).toList();
    private final List<String> viewers =
            Offers.VIEWERS.stream().map(Offers::text).toList();

    public OfferMutations(Random random) {
        this.random = random;
    }

    /** Of any client that publishes, or one that watches; now and then of the other kind. */
    public String next(boolean publish) {
        List<String> fixtures =
                random.nextInt(10) == 0 ? publish ? viewers : publishers : publish ? publishers : viewers;
        return mutated(fixtures.get(random.nextInt(fixtures.size())));
    }

    /** One to six changes. */
    public String mutated(String text) {
        StringBuilder mutated = new StringBuilder(text);
        for (int i = random.nextInt(6); i >= 0; i--) {
            int at = random.nextInt(mutated.length());
            switch (random.nextInt(4)) {
                case 0 -> mutated.setCharAt(at, (char) random.nextInt(128));
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
}
