package io.mediatool.cli.http;

import static io.mediatool.cli.http.HttpRig.FRAGMENT;
import static io.mediatool.cli.http.HttpRig.SDP;
import static io.mediatool.cli.http.HttpRig.header;
import static io.mediatool.cli.http.HttpRig.offer;
import static io.mediatool.cli.http.HttpRig.problem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** 406 of WHEP: what a viewer is offered that can take nothing of what is sent, and what it may do about it. */
final class CounterOfferHttpTest {
    private static HttpRig rig;

    @BeforeAll
    static void open() throws IOException {
        rig = HttpRig.open();
        rig.shows("room", "cam");
    }

    @AfterAll
    static void close() {
        rig.close();
    }

    /** A viewer that knows H.261 only. */
    private static String other() {
        return offer("chromium-watch").replaceAll("(?i)(a=rtpmap:\\d+) (VP8|VP9|AV1|H264|H265)/90000", "$1 H261/90000");
    }

    private static HttpResponse<String> refused(String... headers) {
        HttpResponse<String> answer = rig.post("/whep/room/cam", other(), headers);
        assertEquals(406, answer.statusCode(), answer.body());
        return answer;
    }

    private static String answer(String offer) {
        return offer.replace("a=ice-lite\r\n", "")
                .replace("a=setup:actpass", "a=setup:active")
                .replace("a=sendonly", "a=recvonly");
    }

    @Test
    void bringsAnOfferThatIsAnswered() {
        HttpResponse<String> refused = refused();
        assertEquals(SDP, header(refused, "Content-Type"));
        assertTrue(refused.body().startsWith("v=0\r\n") && refused.body().contains("a=setup:actpass"), refused.body());
        assertTrue(refused.body().contains("a=sendonly") && refused.body().contains(" typ host"), refused.body());
        String session = header(refused, "Location");
        assertTrue(session.matches("/whep/room/cam/[A-Za-z0-9_-]{22,}"), session);
        String etag = header(refused, "ETag");
        assertTrue(etag.matches("\"[^\"]+\""), etag);
        assertEquals(2, refused.headers().allValues("Link").size());
        assertEquals(204, rig.ask("GET", session).statusCode());

        // Candidates come after the answer; an answer that is none does not end it.
        String trickle = HttpRig.fragment("anew", "p".repeat(24));
        problem(409, rig.send("PATCH", session, trickle, "Content-Type", FRAGMENT, "If-Match", "*"));
        problem(400, rig.send("PATCH", session, "hello", "Content-Type", SDP));
        problem(415, rig.send("PATCH", session, "{}", "Content-Type", "application/json"));
        problem(404, rig.send("PATCH", session + "x", answer(refused.body()), "Content-Type", SDP));

        HttpResponse<String> taken = rig.send("PATCH", session, answer(refused.body()), "Content-Type", SDP);
        assertEquals(204, taken.statusCode(), taken.body());
        assertEquals("", taken.body());
        problem(409, rig.send("PATCH", session, answer(refused.body()), "Content-Type", SDP));
        assertEquals(
                200,
                rig.send("PATCH", session, trickle, "Content-Type", FRAGMENT, "If-Match", "*")
                        .statusCode());
        assertEquals(200, rig.ask("DELETE", session).statusCode());
        problem(404, rig.ask("GET", session));
    }

    @Test
    void mayBeLeft() {
        String session = header(refused(), "Location");
        assertEquals(200, rig.ask("DELETE", session).statusCode());
        problem(404, rig.send("PATCH", session, "v=0", "Content-Type", SDP));
    }

    @Test
    void isSaidInWordsToWhoAsksForThem() {
        int before = rig.door.sessions().size();
        for (String accept : new String[] {
            "application/problem+json",
            "application/sdp;q=0.9, application/problem+json",
            "application/problem+json, */*;q=0.5"
        }) {
            JsonObject problem = problem(406, refused("Accept", accept));
            assertEquals(
                    "video", problem.getJsonArray("published").getJsonObject(1).getString("kind"));
        }
        assertEquals(before, rig.door.sessions().size(), "and leaves nothing");
        for (String accept :
                new String[] {"*/*", "application/sdp, application/problem+json;q=0.5", "text/html", "application/sdp"
                }) {
            HttpResponse<String> refused = refused("Accept", accept);
            assertEquals(SDP, header(refused, "Content-Type"), accept);
            rig.ask("DELETE", header(refused, "Location"));
        }
    }

    @Test
    void publishersAreMadeNone() {
        HttpResponse<String> refused = rig.post("/whip/room/two", other().replace("a=recvonly", "a=sendonly"));
        problem(422, refused);
        assertTrue(new JsonObject(refused.body()).getString("detail").contains("H261"), refused.body());
        String session = rig.published("/whip/room/three");
        problem(415, rig.send("PATCH", session, answer(offer("chromium-watch")), "Content-Type", SDP));
    }
}
