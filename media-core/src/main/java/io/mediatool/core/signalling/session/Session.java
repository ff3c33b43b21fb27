package io.mediatool.core.signalling.session;

import io.mediatool.core.signalling.webrtc.IceFragment;
import java.util.concurrent.CompletionStage;

/** One client that publishes or watches. Any thread. */
@SuppressWarnings("DoNotCallSuggester") // the shape, until it is filled
public final class Session implements AutoCloseable {
    /** What it does. */
    public enum Kind {
        PUBLISH,
        WATCH
    }

    /**
     * What a PATCH brought.
     *
     * @param fragment our side after a restart, empty after trickling
     * @param etag of the ICE generation from now on
     */
    public record Patched(String fragment, String etag) {}

    /** Unguessable: 128 bits or more of a secure random generator, as letters, digits, {@code -} and {@code _}. */
    public String id() {
        throw new UnsupportedOperationException();
    }

    public Kind kind() {
        throw new UnsupportedOperationException();
    }

    public String room() {
        throw new UnsupportedOperationException();
    }

    public String stream() {
        throw new UnsupportedOperationException();
    }

    /** Our answer, {@code application/sdp}. */
    public String answer() {
        throw new UnsupportedOperationException();
    }

    /** Names the ICE generation, with its quotes. */
    public String etag() {
        throw new UnsupportedOperationException();
    }

    /**
     * Candidates or new credentials of the client.
     *
     * @param ifMatch the header as it came; {@code *} for a restart
     * @return fails with {@link RefusedSessionException}: 412 when {@code ifMatch} is not {@link #etag()}, 404 when the session is over
     */
    public CompletionStage<Patched> patch(IceFragment fragment, String ifMatch) {
        throw new UnsupportedOperationException();
    }

    /** Chooses what a viewer is sent, from the layer's next key frame on. Fails with 404 for a layer or m-line that is not there. */
    public CompletionStage<Void> selectLayer(LayerChoice choice) {
        throw new UnsupportedOperationException();
    }

    public CompletionStage<SessionReport> report() {
        throw new UnsupportedOperationException();
    }

    /** Ends it: DTLS close to the client, the stream of a publisher ends. Harmless when repeated. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
