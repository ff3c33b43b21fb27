package io.mediatool.cli.http.exchange;

import java.util.LinkedHashMap;
import java.util.Map;

/** A request that is not served: what the client is told. Carries no stack trace. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Map<String, String> headers = new LinkedHashMap<>();
    private final transient Map<String, Object> members = new LinkedHashMap<>();

    /**
     * @param status 4xx or 5xx
     * @param detail one line for whoever wrote the client: what is wrong and what would be right
     */
    public Refusal(int status, String detail) {
        super(detail, null, false, false);
        this.status = status;
    }

    /** Adds a header to the answer. */
    public Refusal with(String header, String value) {
        headers.put(header, value);
        return this;
    }

    /** Adds an extension member to the problem (RFC 9457 §3.2). */
    Refusal telling(String member, Object value) {
        members.put(member, value);
        return this;
    }

    Map<String, Object> members() {
        return members;
    }

    /** Tells when to try again; nothing for 0. */
    public Refusal retryAfter(int seconds) {
        return seconds > 0 ? with("Retry-After", Integer.toString(seconds)) : this;
    }

    public int status() {
        return status;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }

    Map<String, String> headers() {
        return headers;
    }
}
