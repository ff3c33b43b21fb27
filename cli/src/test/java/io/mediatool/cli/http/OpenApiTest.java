package io.mediatool.cli.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The document describes the routes, all of them and no others. */
final class OpenApiTest {
    private static HttpRig rig;
    private static JsonObject document;

    @BeforeAll
    static void open() throws IOException {
        rig = HttpRig.open();
        document = new JsonObject(rig.ask("GET", "/api/v1/openapi.json").body());
    }

    @AfterAll
    static void close() {
        rig.close();
    }

    @Test
    void describesEveryRouteAndNoOther() {
        var routed = new TreeSet<String>();
        for (Route route : rig.http.routes()) {
            if (route.methods() != null
                    && route.getPath() != null
                    && route.getPath().matches("[/a-z0-9.:]+")) {
                for (HttpMethod method : route.methods()) {
                    routed.add(method + " " + route.getPath().replaceAll(":(\\w+)", "{$1}"));
                }
            }
        }
        routed.remove("GET /");
        var described = new TreeSet<String>();
        JsonObject paths = document.getJsonObject("paths");
        for (String path : paths.fieldNames()) {
            for (String method : paths.getJsonObject(path).fieldNames()) {
                described.add(method.toUpperCase(Locale.ROOT) + " " + path);
            }
        }
        assertTrue(routed.size() > 30, "found the routes");
        assertEquals(String.join("\n", routed), String.join("\n", described));
    }

    /** Asks for each operation with names of nothing: what comes is among what is described. */
    @Test
    void answersAsDescribed() {
        var wrong = new ArrayList<String>();
        JsonObject paths = document.getJsonObject("paths");
        for (String path : paths.fieldNames()) {
            JsonObject methods = paths.getJsonObject(path);
            for (String method : methods.fieldNames()) {
                if (path.endsWith("/events") && method.equals("get")) {
                    continue;
                }
                String asked = path.replaceAll("\\{\\w+}", "nothing");
                var answer = rig.ask(method.toUpperCase(Locale.ROOT), asked);
                if (!methods.getJsonObject(method)
                        .getJsonObject("responses")
                        .containsKey(Integer.toString(answer.statusCode()))) {
                    wrong.add(method + " " + asked + ": " + answer.statusCode());
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        var lost = new ArrayList<String>();
        var reference = Pattern.compile("\"\\$ref\":\"#/components/(\\w+)/(\\w+)\"");
        var found = reference.matcher(document.encode());
        int count = 0;
        while (found.find()) {
            count++;
            if (!document.getJsonObject("components")
                    .getJsonObject(found.group(1))
                    .containsKey(found.group(2))) {
                lost.add(found.group());
            }
        }
        assertTrue(count > 100, "found the references");
        assertEquals(List.of(), lost);
    }
}
