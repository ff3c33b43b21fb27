package io.mediatool.cli;

import io.mediatool.cli.option.ServerOptions;
import io.mediatool.cli.run.PlayRun;
import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.cli.terminal.OutputOptions;
import io.mediatool.cli.terminal.PathConverter;
import io.mediatool.player.PlayerOptions;
import io.mediatool.player.PlayerOptions.BFrames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code mediatool play}: MP4 files back out as RTP. */
@Command(
        name = "play",
        mixinStandardHelpOptions = true,
        description = {
            "Sends MP4 or MOV files as RTP, in real time, without transcoding.",
            "",
            "Video goes to PORT, audio to PORT+2, RTCP to the odd port above each; to a WHIP server as WebRTC."
        },
        footer = {
            "",
            "Examples:",
            "  mediatool play talk.mp4 rtp://127.0.0.1:5004 --sdp talk.sdp",
            "  mediatool play a.mp4 b.mp4 rtp://127.0.0.1:5004 --loop forever",
            "  mediatool play talk.mp4 rtp://127.0.0.1:5004 --start 1:30 --duration 10s",
            "  mediatool play talk.mp4 whip+http://host:8080/whip/demo",
            "  mediatool play talk.mp4 room:demo --server http://host:8080"
        })
final class PlayCommand implements Callable<Integer> {
    @ParentCommand
    private MediaTool tool;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE… TARGET",
            description = "MP4 files, played one after the other, and one or more targets: rtp://HOST:PORT, "
                    + "whip+http[s]://HOST/PATH or room:ROOM.")
    private List<String> arguments;

    @Option(
            names = "--sdp",
            paramLabel = "FILE",
            description = "Write the description that receivers need ('-': standard output).")
    private @Nullable String sdp;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "How long a WHIP server may take until media can flow (default ${DEFAULT-VALUE}).",
            defaultValue = "30s")
    private Duration timeout;

    @Mixin
    private ServerOptions server;

    @Mixin
    private PlayOptions options;

    @Mixin
    private OutputOptions out;

    /** For picocli, which sets the fields. */
    @SuppressWarnings("NullAway.Init")
    PlayCommand() {}

    @Override
    public Integer call() throws CommandException {
        var files = new ArrayList<Path>();
        var targets = new ArrayList<String>();
        for (String argument : arguments) {
            if (argument.contains("://") || ServerOptions.isServer(argument)) {
                targets.add(argument);
            } else {
                files.add(new PathConverter().convert(argument));
            }
        }
        if (files.isEmpty()) {
            throw new CommandException(ExitCode.USAGE, "play: name at least one MP4 file before the target");
        }
        if (targets.isEmpty()) {
            throw new CommandException(ExitCode.USAGE, "play: name a target to send to, e.g. rtp://127.0.0.1:5004");
        }
        PlayerOptions player = options.of(files);
        return new PlayRun(out, tool.interruption()).run(player, new PlayRun.Plan(targets, sdp, server, timeout));
    }

    /** What is played, how often and how fast. */
    static final class PlayOptions {
        @Option(
                names = "--loop",
                paramLabel = "N|forever",
                description = "Play this many times (default ${DEFAULT-VALUE}).",
                defaultValue = "1")
        private String loop;

        @Option(
                names = "--start",
                paramLabel = "TIME",
                description = "Start here (at the key frame before).",
                defaultValue = "0s")
        private Duration start;

        @Option(
                names = "--duration",
                paramLabel = "TIME",
                description = "Play no longer than this, all rounds together.")
        private @Nullable Duration duration;

        @Option(
                names = "--speed",
                paramLabel = "N|max",
                description = "Pace: 2 is twice real time, max is as fast as possible.",
                defaultValue = "1")
        private String speed;

        @Option(names = "--no-audio", description = "Leave the sound out.")
        private boolean noAudio;

        @Option(names = "--no-video", description = "Leave the picture out.")
        private boolean noVideo;

        @Option(
                names = "--b-frames",
                paramLabel = "WHAT",
                description = "What becomes of B-frames, which browsers show unevenly or not at all: send them (for "
                        + "recorders and plain RTP; default), drop those of H.264 that no other picture refers to, "
                        + "refuse the file.",
                defaultValue = "send")
        private BFrames bFrames;

        @Option(
                names = "--mtu",
                paramLabel = "BYTES",
                description = "Largest RTP packet (default ${DEFAULT-VALUE}).",
                defaultValue = "1200")
        private int mtu;

        /** For picocli, which sets the fields. */
        @SuppressWarnings("NullAway.Init")
        PlayOptions() {}

        PlayerOptions of(List<Path> files) throws CommandException {
            if (noAudio && noVideo) {
                throw new CommandException(ExitCode.USAGE, "play: --no-audio and --no-video leave nothing to play");
            }
            if (mtu < 128 || mtu > 65_000) {
                throw new CommandException(
                        ExitCode.USAGE, "play: --mtu must be 128 to 65000 bytes, 1200 is safe everywhere");
            }
            return PlayerOptions.defaults(files)
                    .withLoops(loops())
                    .withStart(start)
                    .withDuration(duration)
                    .withSpeed(speed())
                    .withAudio(!noAudio)
                    .withVideo(!noVideo)
                    .withBFrames(bFrames)
                    .withMaxPacketBytes(mtu);
        }

        private int loops() throws CommandException {
            if (loop.equals("forever")) {
                return 0;
            }
            try {
                int times = Integer.parseInt(loop);
                if (times > 0) {
                    return times;
                }
            } catch (NumberFormatException e) {
                // Reported below.
            }
            throw new CommandException(
                    ExitCode.USAGE, "play: --loop takes a number from 1 up, or 'forever', not '" + loop + "'");
        }

        private double speed() throws CommandException {
            if (speed.equals("max")) {
                return Double.POSITIVE_INFINITY;
            }
            try {
                double factor = Double.parseDouble(speed);
                if (factor > 0 && factor <= 1000) {
                    return factor;
                }
            } catch (NumberFormatException e) {
                // Reported below.
            }
            throw new CommandException(
                    ExitCode.USAGE, "play: --speed takes a factor such as 0.5 or 2, or 'max', not '" + speed + "'");
        }
    }
}
