package io.mediatool.ingest.source;

import java.io.InputStream;

/** Where media comes from, as a user names it on a command line. */
public sealed interface SourceSpec permits SdpSource, RtpSource, UdpTsSource {

    /** What the user wrote, for messages. */
    String argument();

    /**
     * Reads one argument:
     *
     * <ul>
     *   <li>{@code FILE.sdp}, {@code file://…}: a session description;
     *   <li>{@code -}: a session description on standard input. It ends with the input, or 300 ms after the last line of a
     *       whole one, because FFmpeg prints it and goes on running;
     *   <li>{@code rtp://[@][ADDRESS]:PORT[?codec=…&pt=…&rate=…&channels=…&fmtp=…&rtcp-port=…&rtcp-mux&iface=…&source=…]};
     *   <li>{@code udp://[@][ADDRESS]:PORT[?iface=…&source=…]}: a bare MPEG transport stream.
     * </ul>
     *
     * Blocks while it reads files, standard input and host names.
     *
     * @param standardInput read only for {@code -}
     * @throws SourceException with one line that names what is wrong and the way out
     */
    static SourceSpec parse(String argument, InputStream standardInput) throws SourceException {
        return SourceArgument.parse(argument, standardInput);
    }
}
