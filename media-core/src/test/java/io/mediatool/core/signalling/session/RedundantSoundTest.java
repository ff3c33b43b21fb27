package io.mediatool.core.signalling.session;

import static io.mediatool.core.signalling.session.SfuStage.MS;
import static io.mediatool.core.signalling.session.SfuStage.S;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.loop.FakeNetwork.Link;
import io.mediatool.core.signalling.session.SfuClient.Sends;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Opus with its past (RED, RFC 2198): to those who took it as it came, to the others without. */
final class RedundantSoundTest {
    private final SfuStage stage;

    RedundantSoundTest() throws IOException {
        stage = new SfuStage(1, Link.PERFECT.withDelay(10 * MS, 0));
    }

    private SfuClient client(boolean red) throws IOException {
        SfuClient client = new SfuClient(stage);
        client.red = red;
        return client;
    }

    private SfuClient publish(boolean red) throws IOException {
        SfuClient client = client(red);
        client.begin(SfuStage.get(stage.door.publish(stage.request("cam", client.publishOffer(Sends.USUAL)))));
        stage.run(S);
        client.send();
        return client;
    }

    private SfuClient watch(boolean red) throws IOException {
        SfuClient client = client(red);
        client.begin(SfuStage.get(stage.door.watch(stage.request("cam", client.watchOffer(true)))));
        return client;
    }

    private static void assertAll(Received heard) {
        List<Received.Frame> frames = heard.frames();
        assertTrue(frames.size() > 200, "" + frames.size());
        for (int i = 1; i < frames.size(); i++) {
            assertEquals(frames.get(i - 1).number() + 1, frames.get(i).number());
            assertEquals(frames.get(i - 1).timestamp() + 960, frames.get(i).timestamp());
        }
    }

    @Test
    void asItCameToThoseWhoTookItAndPlainToTheOthers() throws IOException {
        SfuClient publisher = publish(true);
        String answer = publisher.session().answer();
        assertTrue(answer.contains("a=rtpmap:63 red/48000/2") && answer.contains("a=fmtp:63 111/111\r\n"), answer);
        SfuClient takes = watch(true);
        SfuClient plain = watch(false);
        assertTrue(takes.session().answer().contains("a=fmtp:63 111/111\r\n"));
        assertFalse(plain.session().answer().contains("red/48000"));
        stage.run(5 * S);
        assertAll(takes.byType(SfuClient.RED));
        assertAll(plain.audio());
        assertEquals(List.of(), stage.bugs);
    }

    @Test
    void plainOpusIsNotMadeRed() throws IOException {
        publish(false);
        SfuClient takes = watch(true);
        String answer = takes.session().answer();
        assertTrue(
                answer.contains("m=audio") && answer.contains("SAVPF 111 63"), "what is sent comes first: " + answer);
        stage.run(5 * S);
        assertAll(takes.audio());
        assertTrue(takes.received.values().stream().noneMatch(each -> each.payloadType == SfuClient.RED));
    }
}
