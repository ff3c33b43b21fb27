package io.mediatool.cli.http.exchange;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose word counts on who asks. A proxy in front of us writes the client into {@code X-Forwarded-For}; anybody else could write there what
 * they like. What remains of the headers after {@link #clean} is true, as far as the proxies are.
 */
public final class Proxies {
    private static final String FOR = "X-Forwarded-For";
    private static final List<String> HEADERS =
            List.of("Forwarded", FOR, "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Ssl");
    private static final int MAX_HOPS = 32;

    private final List<Block> trusted;

    /** Addresses that share their first bits. */
    private record Block(byte[] address, int bits) {
        boolean contains(InetAddress other) {
            byte[] bytes = other.getAddress();
            if (bytes.length != address.length) {
                return false;
            }
            for (int i = 0; i < bits; i++) {
                int mask = 0x80 >> (i & 7);
                if (((bytes[i >> 3] ^ address[i >> 3]) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }

        static Block parse(String text) {
            String[] parts = text.split("/", 2);
            InetAddress address = literal(parts[0]);
            int most = address == null ? 0 : address.getAddress().length * 8;
            String bits = parts.length > 1 ? parts[1] : Integer.toString(most);
            if (address == null || !bits.matches("\\d{1,3}") || Integer.parseInt(bits) > most) {
                throw new IllegalArgumentException("'" + text + "' is no address or ADDRESS/BITS");
            }
            return new Block(address.getAddress(), Integer.parseInt(bits));
        }
    }

    /**
     * @param trusted addresses or {@code ADDRESS/BITS}; empty for none
     * @throws IllegalArgumentException one line on what is wrong
     */
    public Proxies(List<String> trusted) {
        this.trusted = trusted.stream().map(Block::parse).toList();
    }

    /** Whether any is trusted. */
    public boolean isEmpty() {
        return trusted.isEmpty();
    }

    /** Takes out of {@code request} what nobody we trust has written, and leaves of the addresses the client's. */
    public void clean(HttpServerRequest request) {
        MultiMap headers = request.headers();
        if (!trusts(Clients.address(request))) {
            HEADERS.forEach(headers::remove);
            return;
        }
        headers.remove("Forwarded");
        InetAddress client = client(headers.getAll(FOR));
        if (client == null) {
            headers.remove(FOR);
        } else {
            headers.set(FOR, client.getHostAddress());
        }
    }

    /** The first from the right that is no proxy of ours: what stands left of it was written by the client. */
    private @Nullable InetAddress client(List<String> values) {
        List<String> hops = new ArrayList<>();
        for (String value : values) {
            hops.addAll(List.of(value.split(",", MAX_HOPS)));
        }
        InetAddress last = null;
        for (int i = hops.size() - 1; i >= 0 && i >= hops.size() - MAX_HOPS; i--) {
            InetAddress hop = literal(hops.get(i).strip());
            if (hop == null) {
                return last;
            }
            last = hop;
            if (!trusts(hop)) {
                return hop;
            }
        }
        return last;
    }

    /** Whether the other end of a connection is one of them. */
    boolean trusts(@Nullable SocketAddress address) {
        String host = address == null ? null : address.hostAddress();
        InetAddress literal = host == null ? null : literal(host);
        return literal != null && trusts(literal);
    }

    private boolean trusts(InetAddress address) {
        return trusted.stream().anyMatch(block -> block.contains(address));
    }

    /** An address without a look-up; a port behind it, as some proxies write, is left out. */
    private static @Nullable InetAddress literal(String text) {
        String bare = text.replaceAll("^\\[([0-9a-fA-F:.]+)\\](:\\d+)?$", "$1").replaceAll("^([0-9.]+):\\d+$", "$1");
        if (!bare.matches("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            return null;
        }
        try {
            return InetAddress.getByName(bare);
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
