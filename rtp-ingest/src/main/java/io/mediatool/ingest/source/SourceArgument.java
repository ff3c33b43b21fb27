package io.mediatool.ingest.source;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.sdp.MediaDescription;
import io.mediatool.core.sdp.ParsedSdp;
import io.mediatool.core.sdp.SdpParser;
import io.mediatool.core.signalling.MediaFormats;
import io.mediatool.core.signalling.SdpFormats;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads a source as a user writes it on a command line. */
final class SourceArgument {
    private SourceArgument() {}

    static SourceSpec parse(String argument, InputStream standardInput) throws SourceException {
        String lower = argument.toLowerCase(Locale.ROOT);
        if (argument.equals("-")) {
            return description(argument, StandardInputSdp.read(standardInput));
        }
        if (lower.startsWith("rtp://")) {
            return RtpArgument.rtp(argument);
        }
        if (lower.startsWith("udp://")) {
            return RtpArgument.udp(argument);
        }
        int scheme = argument.indexOf("://");
        if (scheme > 0 && !lower.startsWith("file://")) {
            throw new SourceException(otherScheme(argument, lower.substring(0, scheme)));
        }
        return description(argument, file(argument));
    }

    private static String otherScheme(String argument, String scheme) {
        String way = switch (scheme) {
            case "srt", "rtsp", "rtmp", "rtmps", "http", "https" ->
                scheme + " sources are not read; let FFmpeg push it: ffmpeg -i " + argument
                        + " -c copy -f rtp_mpegts rtp://127.0.0.1:5004, and read rtp://127.0.0.1:5004";
            case "rtps", "srtp" -> "encrypted RTP is not read here; send plain rtp://";
            default -> "sources are an SDP file, - , rtp://[ADDRESS]:PORT or udp://[ADDRESS]:PORT";
        };
        return argument + ": unknown scheme " + scheme + ": " + way;
    }

    private static byte[] file(String argument) throws SourceException {
        Path path;
        try {
            path = argument.regionMatches(true, 0, "file://", 0, 7) ? filePath(argument) : Path.of(argument);
        } catch (IllegalArgumentException notAPath) {
            throw new SourceException(argument + ": not a file name");
        }
        if (Files.isDirectory(path)) {
            throw SourceException.ofFile(argument + ": is a directory; name the SDP file in it");
        }
        try (InputStream in = Files.newInputStream(path)) {
            return in.readNBytes(SdpParser.MAX_SIZE + 1);
        } catch (NoSuchFileException e) {
            if (argument.matches("[^/]*:\\d+")) {
                throw new SourceException(argument + ": no such file; to listen on a port write rtp://" + argument);
            }
            throw SourceException.ofFile(argument
                    + ": no such file; a source is an SDP file, - , rtp://[ADDRESS]:PORT or udp://[ADDRESS]:PORT");
        } catch (AccessDeniedException e) {
            throw SourceException.ofFile(argument + ": permission denied");
        } catch (FileSystemException e) {
            throw SourceException.ofFile(argument + ": cannot be read: " + e.getReason());
        } catch (IOException e) {
            throw SourceException.ofFile(argument + ": cannot be read: " + e.getMessage());
        }
    }

    /** {@code file:///abs}, and {@code file://name} as VLC users write relative names. */
    private static Path filePath(String argument) throws InvalidPathException {
        if (argument.startsWith("/", 7)) {
            return Path.of(URI.create(argument.replace(" ", "%20")));
        }
        return Path.of(argument.substring(7));
    }

    private static SdpSource description(String argument, byte[] data) throws SourceException {
        String name = argument.equals("-") ? "standard input" : argument;
        if (isMp4(data)) {
            throw new SourceException(name + ": is an MP4 file, not a description; mediatool play sends it");
        }
        ParsedSdp sdp;
        try {
            sdp = SdpParser.parse(data);
        } catch (MalformedException e) {
            String what = e.reason().startsWith("sdp: ") ? e.reason().substring(5) : e.reason();
            throw SourceException.ofFile(name + ": " + what
                    + (data.length == 0 ? " (it is empty)" : "")
                    + "; FFmpeg writes one with -sdp_file FILE, VLC with sdp=file://FILE");
        }
        requireUsable(name, sdp);
        return new SdpSource(argument, sdp);
    }

    private static boolean isMp4(byte[] data) {
        return data.length > 8 && data[4] == 'f' && data[5] == 't' && data[6] == 'y' && data[7] == 'p';
    }

    private static void requireUsable(String name, ParsedSdp sdp) throws SourceException {
        List<String> reasons = new ArrayList<>();
        for (MediaDescription medium : sdp.description().media()) {
            String refusal = refusal(medium, SdpFormats.read(medium));
            if (refusal == null) {
                return;
            }
            reasons.add(refusal);
        }
        throw SourceException.ofFile(name + ": no usable media: " + String.join("; ", reasons) + "; codecs are "
                + RtpArgument.codecNames() + " and MPEG-TS over RTP/AVP");
    }

    /** Why a medium cannot be received, or null when it can. */
    static @Nullable String refusal(MediaDescription medium, MediaFormats formats) {
        String protocol = medium.protocol().toUpperCase(Locale.ROOT);
        if (protocol.contains("SAVP")) {
            return medium.kind() + " is encrypted (" + medium.protocol() + ")";
        }
        if (!protocol.equals("RTP/AVP") && !protocol.equals("RTP/AVPF")) {
            return medium.kind() + " over " + medium.protocol() + " is not RTP over UDP";
        }
        if (medium.port() == 0) {
            return medium.kind() + " has port 0 (an RTSP description, or refused)";
        }
        boolean known = !formats.formats().isEmpty()
                || !formats.transportStreams().isEmpty()
                || !formats.undescribed().isEmpty();
        if (known) {
            return null;
        }
        return medium.kind() + " "
                + (formats.warnings().isEmpty() ? "has no format" : String.join(", ", formats.warnings()));
    }
}
