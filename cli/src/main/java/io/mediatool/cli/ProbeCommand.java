package io.mediatool.cli;

import io.mediatool.cli.probe.Mp4Report;
import io.mediatool.cli.probe.SdpProbe;
import io.mediatool.cli.probe.Thumbnail;
import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.cli.terminal.FileErrors;
import io.mediatool.cli.terminal.Json;
import io.mediatool.cli.terminal.OutputOptions;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4Info;
import io.mediatool.core.mp4.read.Mp4Probe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mediatool probe}: what is in a file or a description. */
@Command(
        name = "probe",
        mixinStandardHelpOptions = true,
        description = "Says what an MP4 file or an SDP description contains.")
final class ProbeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE|SDP", description = "An MP4 or MOV file, or an SDP file.")
    private Path path;

    @Option(
            names = "--thumbnail",
            paramLabel = "F.png",
            description = "Write the first key frame as a picture (H.264, VP8).")
    private @Nullable Path thumbnail;

    @Mixin
    private OutputOptions out;

    /** For picocli, which sets the fields. */
    @SuppressWarnings("NullAway.Init")
    ProbeCommand() {}

    @Override
    public Integer call() throws CommandException {
        try (Mp4File file = Mp4File.open(path)) {
            if (isDescription(file)) {
                if (thumbnail != null) {
                    throw new CommandException(
                            ExitCode.USAGE, path + ": a description has no picture to make a thumbnail of");
                }
                SdpProbe.report(path, out);
                return ExitCode.OK;
            }
            Mp4Info info = Mp4Probe.of(file);
            if (out.json()) {
                out.print(Json.print(Mp4Report.json(path, info)));
            } else {
                Mp4Report.lines(path, info).forEach(out::print);
            }
            if (thumbnail != null) {
                Thumbnail.write(path, thumbnail);
            }
            return ExitCode.OK;
        } catch (IOException e) {
            throw FileErrors.unreadable(path, e);
        } catch (MalformedException e) {
            throw new CommandException(
                    ExitCode.FILE, path + ": neither an MP4 file nor an SDP description: " + e.getMessage());
        }
    }

    private boolean isDescription(Mp4File file) throws IOException {
        if (path.toString().toLowerCase(Locale.ROOT).endsWith(".sdp")) {
            return true;
        }
        byte[] start = new byte[16];
        int length = file.read(0, start, 0, start.length);
        String text = new String(start, 0, length, StandardCharsets.ISO_8859_1).stripLeading();
        return text.startsWith("v=0") || text.startsWith("SDP:");
    }
}
