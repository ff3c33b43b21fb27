package io.mediatool.cli.probe;

import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.cli.terminal.FileErrors;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.catalog.CodecCatalog;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4Sample;
import io.mediatool.core.mp4.Mp4Track;
import io.mediatool.core.mp4.read.Mp4Reader;
import io.mediatool.core.mp4.read.Mp4TrackReader;
import io.mediatool.core.picture.KeyFrameDecoder;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** The first key frame of a file as a PNG picture. */
public final class Thumbnail {
    private Thumbnail() {}

    public static void write(Path source, Path target) throws CommandException, IOException, MalformedException {
        try (Mp4Reader reader = Mp4Reader.open(Mp4File.open(source))) {
            for (Mp4Track track : reader.tracks()) {
                CodecModule module =
                        CodecCatalog.ofSampleEntry(track.descriptions().get(0).type());
                if (track.kind() == MediaKind.VIDEO && module != null && KeyFrameDecoder.supports(module.codec())) {
                    write(reader.track(track.id()), track, module, target);
                    return;
                }
            }
        }
        throw new CommandException(
                ExitCode.FILE, source + ": no thumbnail: there is no H.264 or VP8 picture track in it");
    }

    private static BufferedImage decode(DecoderConfig config, Mp4Sample sample) throws CommandException {
        try {
            return KeyFrameDecoder.decode(config, sample.data());
        } catch (MalformedException e) {
            throw new CommandException(ExitCode.FILE, "no thumbnail: " + e.getMessage());
        }
    }

    private static void write(Mp4TrackReader samples, Mp4Track track, CodecModule module, Path target)
            throws CommandException, IOException, MalformedException {
        while (samples.next()) {
            if (samples.sync()) {
                Mp4Sample sample = samples.read();
                DecoderConfig config = module.configOf(track.descriptions().get(sample.description()));
                write(decode(config, sample), target);
                return;
            }
        }
        throw new CommandException(ExitCode.FILE, "no thumbnail: there is no key frame in the picture track");
    }

    /** By way of memory: what ImageIO cannot open it reports with a stack trace of its own. */
    private static void write(BufferedImage picture, Path target) throws CommandException, IOException {
        var png = new ByteArrayOutputStream();
        try (var stream = new MemoryCacheImageOutputStream(png)) {
            if (!ImageIO.write(picture, "png", stream)) {
                throw new CommandException(ExitCode.FAILED, "no thumbnail: this Java writes no PNG");
            }
        }
        try {
            Files.write(target, png.toByteArray());
        } catch (IOException e) {
            throw FileErrors.unwritable(target, e);
        }
    }
}
