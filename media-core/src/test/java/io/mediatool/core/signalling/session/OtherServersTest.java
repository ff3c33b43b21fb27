package io.mediatool.core.signalling.session;

import static io.mediatool.core.signalling.session.SfuStage.MS;
import static io.mediatool.core.signalling.session.SfuStage.S;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.loop.DatagramListener;
import io.mediatool.core.loop.FakeNetwork.Link;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.UdpSocket;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.Room;
import io.mediatool.core.server.peer.Endpoint;
import io.mediatool.core.signalling.client.ClientSession;
import io.mediatool.core.signalling.client.HttpSignalling;
import io.mediatool.core.stun.StunClass;
import io.mediatool.core.stun.StunMessage;
import io.mediatool.core.stun.StunWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Our client at servers that say the same in their own way: our own server, with its words changed as theirs are. */
final class OtherServersTest implements HttpSignalling {
    private static final Link NEAR = Link.PERFECT.withDelay(10 * MS, 0);

    private final SfuStage stage;
    private final DoorHttp door;
    private final ClientProcess process;
    private final Room room;
    private final Endpoint endpoint;
    private final List<String> events;
    private final List<String> patches = new ArrayList<>();
    private final List<String> patched = new ArrayList<>();
    private final Queue<Reply> patchReplies = new ArrayDeque<>();
    private UnaryOperator<String> offers = text -> text;
    private UnaryOperator<String> answers = text -> text;
    private UnaryOperator<Map<String, List<String>>> headers = all -> all;
    private int accepted = 201;

    OtherServersTest() throws IOException {
        stage = new SfuStage(91, NEAR);
        door = new DoorHttp(stage);
        process = new ClientProcess(stage);
        room = process.room;
        events = process.events;
        endpoint = process.port();
        stage.sending("cam");
    }

    @Override
    public CompletionStage<Reply> send(Request request) {
        if (request.method().equals("PATCH")) {
            patches.add(request.headers().getOrDefault("If-Match", "-"));
            patched.add(request.body());
            Reply told = patchReplies.poll();
            return told == null ? door.send(request) : CompletableFuture.completedFuture(told);
        }
        Request asked = new Request(request.method(), request.uri(), request.headers(), offers.apply(request.body()));
        return door.send(asked).thenApply(reply -> {
            if (reply.status() != 201 && reply.status() != 406) {
                return reply;
            }
            int status = reply.status() == 201 ? accepted : reply.status();
            return new Reply(status, headers.apply(new HashMap<>(reply.headers())), answers.apply(reply.body()));
        });
    }

    private ClientSession watch() {
        var target = ClientProcess.target("whep+http://server/whep/cam", this);
        ClientSession session = ClientSession.watch(endpoint, target, room, "cam", process);
        session.start();
        stage.run(4 * S);
        return session;
    }

    /** Pictures and sound come; {@code tracks} says how many there should be. */
    private void assertFlows(ClientSession session, int tracks) {
        assertTrue(session.isConnected(), session.seen() + events);
        IncomingStream stream = room.stream("cam");
        assertNotNull(stream, events.toString());
        assertEquals(tracks, stream.tracks().size());
        stream.tracks().forEach(track -> {
            var came = track.source().snapshot();
            assertTrue(came.packets() > 100, track.id() + " " + came);
        });
        assertEquals(List.of(), stage.bugs);
    }

    private boolean end(ClientSession session) {
        var done = session.end();
        stage.run(3 * S);
        return SfuStage.get(done);
    }

    private static UnaryOperator<String> without(String... lines) {
        return text -> {
            String left = text;
            for (String line : lines) {
                left = left.replaceAll("(?m)^a=" + line + ".*\r\n", "");
            }
            return left;
        };
    }

    /** The lines of the whole answer that begin so. */
    private static List<String> lines(String text, String start) {
        return text.lines()
                .filter(line -> line.startsWith(start))
                .map(line -> line + "\r\n")
                .toList();
    }

    @Test
    void noLocation() {
        headers = all -> {
            all.remove("location");
            return all;
        };
        ClientSession session = watch();
        assertFlows(session, 2);
        assertFalse(end(session), "nobody could be told");
        assertEquals(1, door.requests.size(), door.requests.toString());
    }

    @Test
    void okInPlaceOfCreatedAndAnAbsoluteLocation() {
        accepted = 200;
        headers = all -> {
            all.put(
                    "location",
                    List.of("http://server" + all.get("location").get(0).substring(2)));
            return all;
        };
        ClientSession session = watch();
        assertFlows(session, 2);
        assertTrue(end(session));
    }

    /** Some tell that they have told all, and then tell it. */
    @Test
    void candidatesAfterTheirEnd() {
        answers = text -> {
            String first = lines(text, "a=candidate").get(0);
            return text.replace("a=end-of-candidates\r\n", "")
                    .replaceFirst(Pattern.quote(first), "a=end-of-candidates\r\n" + Matcher.quoteReplacement(first));
        };
        assertFlows(watch(), 2);
    }

    @Test
    void candidatesInTheLastSectionOnly() {
        answers = text ->
                without("candidate", "end-of-candidates").apply(text) + String.join("", lines(text, "a=candidate"));
        assertFlows(watch(), 2);
    }

    @Test
    void namesForAddresses() {
        answers = text -> text.replaceAll("(a=candidate:\\S+ 1 udp \\d+ )\\S+", "$1nobody-knows.invalid")
                + String.join("", lines(text, "a=candidate"));
        ClientSession session = watch();
        long until = System.nanoTime() + 10_000_000_000L; // names are looked up beside the loop
        while (!session.isConnected() && System.nanoTime() < until) {
            LockSupport.parkNanos(
                    10 * MS); // or the stage's time would be over before the machine's resolver has an answer
            stage.run(10 * MS);
        }
        stage.run(4 * S);
        assertFlows(session, 2);
    }

    /** Each section says all, and none that they are one. */
    @Test
    void noBundleAndNoNames() {
        answers = without("group", "mid");
        assertFlows(watch(), 2);
    }

    @Test
    void transportForTheWholeSession() {
        answers = text -> {
            String all = String.join(
                    "",
                    lines(text, "a=ice-ufrag").get(0),
                    lines(text, "a=ice-pwd").get(0),
                    lines(text, "a=fingerprint").get(0),
                    lines(text, "a=setup").get(0));
            return without("ice-ufrag", "ice-pwd", "fingerprint", "setup")
                    .apply(text)
                    .replaceFirst("\r\nm=", "\r\n" + all + "m=");
        };
        assertFlows(watch(), 2);
    }

    @Test
    void aSectionThatIsRejected() {
        answers = text -> text.replaceFirst("m=audio \\d+", "m=audio 0").replaceFirst("(a=group:BUNDLE) 0 1", "$1 1");
        ClientSession session = watch();
        assertFlows(session, 1);
        assertTrue(events.contains("the server leaves out audio"), events.toString());
    }

    /** As Pion: it says ClientHello. */
    @Test
    void aServerThatBeginsTheHandshake() {
        offers = text -> text.replace("a=setup:actpass", "a=setup:passive");
        List<String> setups = new ArrayList<>();
        answers = text -> {
            setups.addAll(lines(text, "a=setup"));
            return text;
        };
        assertFlows(watch(), 2);
        assertEquals("a=setup:active\r\n", setups.get(0));
    }

    /** As those do in front of Janus: what a viewer offers does not suit it, and it makes an offer of its own. */
    private ClientSession counterOffered() {
        offers = text -> text.replace("VP8/90000", "H264/90000");
        return watch();
    }

    @Test
    void aServerThatOffersItself() {
        ClientSession session = counterOffered();
        assertFlows(session, 2);
        assertEquals(1, patched.size(), patched.toString());
        assertTrue(patched.get(0).contains("a=recvonly") && patched.get(0).contains("a=setup:active"), patched.get(0));
        assertFalse(patched.get(0).contains("ice-lite"), patched.get(0));
        assertTrue(session.counters().values().get("feedbackSent") > 20, "transport-wide feedback");
        moveAgain(session);
        assertTrue(patched.get(1).contains("a=mid:0") && patched.get(1).contains("192.0.2.10"), patched.toString());
        assertTrue(patches.get(1).startsWith("\""), "by the tag that came with the offer: " + patches);
        assertTrue(end(session));
        assertEquals(1, stage.door.sessions().size(), "the publisher's");
    }

    @Test
    void aServerThatOffersPicturesOnly() {
        answers = text -> text.replaceFirst("m=audio \\d+", "m=audio 0");
        ClientSession session = counterOffered();
        assertFlows(session, 1);
        assertTrue(patched.get(0).contains("m=audio 0 "), patched.get(0));
    }

    @Test
    void aServerWhoseOfferIsOfNothingWeKnow() {
        answers = text -> text.replace("VP8/90000", "theora/90000").replace("opus/48000", "speex/16000");
        ClientSession session = counterOffered();
        assertEquals(List.of("refused: the server's own offer has no audio or video that can be taken"), events);
        assertFalse(session.isConnected());
        assertEquals("DELETE", door.requests.get(1).substring(0, 6), door.requests.toString());
        assertEquals(1, stage.door.sessions().size(), "and it is told so");
    }

    @Test
    void aServerThatDoesNotTakeOurAnswerToItsOffer() {
        patchReplies.add(new Reply(400, Map.of(), "strange answer"));
        ClientSession session = counterOffered();
        assertEquals(List.of("refused: http://server/whep/cam: 400 strange answer"), events);
        assertFalse(session.isConnected());
    }

    @Test
    void bareLineFeeds() {
        answers = text -> text.replace("\r\n", "\n");
        assertFlows(watch(), 2);
    }

    private void link(Link link) {
        int port = stage.endpoint.localAddress().getPort();
        for (InetAddress address : List.of(SfuStage.IPV4, SfuStage.IPV6)) {
            stage.network.link(new InetSocketAddress(address, port), link);
        }
    }

    /** As a STUN server behind our NAT: it sees us as somebody else. */
    private UdpSocket stunServer(InetSocketAddress seen) throws IOException {
        AtomicReference<UdpSocket> socket = new AtomicReference<>();
        socket.set(stage.loop.bind(UdpBinding.ephemeral(SfuStage.IPV4), new DatagramListener() {
            private int asked;

            @Override
            public void onDatagram(byte[] data, int offset, int length, InetSocketAddress remote, long nowNs) {
                if (asked++ == 0) {
                    return; // lost
                }
                try {
                    StunMessage question = StunMessage.parse(data, offset, length);
                    byte[] answer = StunWriter.binding(StunClass.SUCCESS, question.transactionId())
                            .mappedAddress(seen)
                            .finish();
                    socket.get().send(answer, 0, answer.length, remote);
                } catch (MalformedException e) {
                    throw new AssertionError(e);
                }
            }
        }));
        return socket.get();
    }

    @Test
    void aServerThatNamesStunServersIsToldHowOthersSeeUs() throws IOException {
        UdpSocket stun = stunServer(new InetSocketAddress("203.0.113.5", 5_555));
        headers = all -> {
            all.put(
                    "link",
                    List.of(
                            "<https://server/events>; rel=\"urn:ietf:params:whep:ext:core:server-sent-events\", <stun:127.0.0.1:"
                                    + stun.localAddress().getPort() + ">; rel=\"ice-server\"",
                            "<turn:127.0.0.1?transport=udp>; username=\"a,b\"; credential=\"c\"; rel=ice-server"));
            return all;
        };
        link(Link.PERFECT.withLoss(1));
        ClientSession session = watch();
        assertTrue(session.seen().contains("names TURN servers"), session.seen());
        assertEquals(1, patched.size(), patched.toString());
        assertTrue(patched.get(0).contains(" 203.0.113.5 5555 typ srflx"), patched.get(0));
        assertTrue(patches.get(0).startsWith("\""), patches.toString());
        link(NEAR);
        stage.run(4 * S);
        assertFlows(session, 2);
        assertFalse(session.seen().contains("TURN"), session.seen());
    }

    /** Who can be reached needs nobody else to be asked. */
    @Test
    void aServerThatIsReachedNeedsNoStun() throws IOException {
        UdpSocket stun = stunServer(new InetSocketAddress("203.0.113.5", 5_555));
        headers = all -> {
            all.put("link", List.of("<stun:127.0.0.1:" + stun.localAddress().getPort() + ">; rel=\"ice-server\""));
            return all;
        };
        assertFlows(watch(), 2);
        assertEquals(0, stun.stats().received());
        assertEquals(List.of(), patches);
    }

    private ClientSession moved(Reply... replies) {
        ClientSession session = watch();
        patchReplies.addAll(List.of(replies));
        List<IceCandidate> now = new ArrayList<>(endpoint.candidates());
        now.add(IceCandidate.host("udp", new InetSocketAddress("192.0.2.9", 9), 7));
        stage.loop.execute(() -> session.onAddresses(now));
        stage.run(S);
        return session;
    }

    private void moveAgain(ClientSession session) {
        List<IceCandidate> now = new ArrayList<>(endpoint.candidates());
        now.add(IceCandidate.host("udp", new InetSocketAddress("192.0.2.9", 9), 7));
        now.add(IceCandidate.host("udp", new InetSocketAddress("192.0.2.10", 9), 6));
        stage.loop.execute(() -> session.onAddresses(now));
        stage.run(S);
    }

    @Test
    void noTagAndOneIsWanted() {
        headers = all -> {
            all.remove("etag");
            return all;
        };
        ClientSession session =
                moved(new Reply(428, Map.of(), ""), new Reply(204, Map.of(), ""), new Reply(204, Map.of(), ""));
        assertEquals(List.of("-", "*"), patches);
        moveAgain(session);
        assertEquals(3, patches.size());
        assertFlows(session, 2);
    }

    @Test
    void aTagThatIsStale() {
        ClientSession session =
                moved(new Reply(412, Map.of("etag", List.of("\"newer\"")), ""), new Reply(204, Map.of(), ""));
        assertEquals("\"newer\"", patches.get(1));
        assertEquals(2, patches.size());
        assertFlows(session, 2);
    }

    @Test
    void noPatchAtAll() {
        ClientSession session = moved(new Reply(405, Map.of(), ""));
        moveAgain(session);
        assertEquals(1, patches.size(), "once is enough");
        assertFlows(session, 2);
        assertTrue(end(session));
    }

    /** MediaMTX reads the candidates of a restart, and that is all. */
    @Test
    void aRestartThatIsTakenForCandidates() {
        ClientSession session = watch();
        patchReplies.add(new Reply(204, Map.of(), ""));
        stage.loop.execute(
                () -> session.onAddresses(List.of(IceCandidate.host("udp", new InetSocketAddress("192.0.2.9", 9), 7))));
        stage.run(40 * S);
        assertEquals(1, patches.size());
        assertEquals(0, session.iceRestarts());
        assertFlows(session, 2);
    }

    @Test
    void aRestartWithTheTagItself() {
        ClientSession session = watch();
        patchReplies.add(new Reply(412, Map.of(), ""));
        stage.loop.execute(
                () -> session.onAddresses(List.of(IceCandidate.host("udp", new InetSocketAddress("192.0.2.9", 9), 7))));
        stage.run(10 * S);
        assertEquals("*", patches.get(0));
        assertTrue(patches.get(1).startsWith("\""), patches.toString());
        assertEquals(1, session.iceRestarts());
        assertFlows(session, 2);
    }
}
