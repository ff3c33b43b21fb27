package io.mediatool.player;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.SampleDescription;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4Track;
import io.mediatool.core.mp4.read.Mp4Reader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Opens files and picks what to send of them: the first picture track and the first sound track that can be sent. */
final class FileTracks {
    private final boolean audio;
    private final boolean video;

    FileTracks(boolean audio, boolean video) {
        this.audio = audio;
        this.video = video;
    }

    /**
     * A track that can be sent.
     *
     * @param track of the file
     * @param formats by index of its sample descriptions; null where one cannot be sent
     * @param first the first of them that is not null
     */
    record Chosen(Mp4Track track, List<@Nullable SampleFormat> formats, SampleFormat first) {

        /** The format of a sample description, or null. */
        @Nullable SampleFormat format(int description) {
            return description >= 0 && description < formats.size() ? formats.get(description) : null;
        }
    }

    /** Opens a file; what is wrong with it is said in one line. */
    static Mp4Reader open(Path path) throws IOException {
        Mp4File file;
        try {
            file = Mp4File.open(path);
        } catch (NoSuchFileException e) {
            throw new IOException(path + ": no such file", e);
        } catch (IOException e) {
            throw new IOException(path + ": cannot be opened: " + e.getMessage(), e);
        }
        try {
            return Mp4Reader.open(file);
        } catch (MalformedException e) {
            file.close();
            throw new IOException(
                    path + ": not an MP4 or MOV file that can be played (" + e.getMessage()
                            + "); if a recording broke off, try mediatool repair",
                    e);
        } catch (IOException e) {
            file.close();
            throw new IOException(path + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** Picks the tracks of an open file, pictures first. What is left out is told to {@code warnings}. */
    Map<MediaKind, Chosen> choose(Path path, List<Mp4Track> tracks, Warnings warnings) {
        Map<MediaKind, Chosen> chosen = new EnumMap<>(MediaKind.class);
        for (Mp4Track track : tracks) {
            boolean wanted = track.kind() == MediaKind.AUDIO ? audio : video;
            if (!wanted) {
                continue;
            }
            String name = path + ": " + track.kind().label() + " track " + track.id();
            Chosen candidate = sendable(track, name, warnings);
            if (candidate == null) {
                continue;
            }
            if (chosen.putIfAbsent(track.kind(), candidate) != null) {
                warnings.say(name + " is not played: only the first of each kind is");
            }
        }
        return chosen;
    }

    private static @Nullable Chosen sendable(Mp4Track track, String name, Warnings warnings) {
        List<@Nullable SampleFormat> formats = new ArrayList<>();
        SampleFormat first = null;
        for (SampleDescription entry : track.descriptions()) {
            SampleFormat format = null;
            try {
                format = SampleFormat.of(entry);
                if (format == null) {
                    warnings.say(name + " is not played: no RTP payload format for '" + printable(entry.type()) + "'");
                }
            } catch (MalformedException e) {
                warnings.say(name + " is not played: its " + printable(entry.type()) + " description is broken: "
                        + e.getMessage());
            }
            if (format != null && first != null && format.module() != first.module()) {
                warnings.say(name + " changes its codec to " + printable(entry.type()) + "; that part is not played");
                format = null;
            }
            formats.add(format);
            first = first == null ? format : first;
        }
        return first == null ? null : new Chosen(track, Collections.unmodifiableList(formats), first);
    }

    private static String printable(String type) {
        return type.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
