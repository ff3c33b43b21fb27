package io.mediatool.cli.probe;

import io.mediatool.cli.terminal.Units;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.SampleDescription;
import io.mediatool.core.codec.catalog.CodecCatalog;
import io.mediatool.core.mp4.Mp4Info;
import io.mediatool.core.mp4.Mp4TrackSummary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code probe} says of an MP4 file. */
public final class Mp4Report {
    private Mp4Report() {}

    public static Map<String, Object> json(Path path, Mp4Info info) {
        var json = new LinkedHashMap<String, Object>();
        json.put("file", path.toString());
        json.put("brand", info.majorBrand().strip());
        json.put("layout", info.state().name().toLowerCase(Locale.ROOT));
        json.put("torn", info.torn());
        json.put("torn_bytes", info.tornBytes());
        json.put("size", info.sizeBytes());
        json.put("created_at", info.createdAt() == null ? "" : info.createdAt().toString());
        json.put("duration", info.durationNs() / 1e9);
        json.put("tracks", info.tracks().stream().map(Mp4Report::json).toList());
        json.put("other_tracks", info.otherTracks());
        return json;
    }

    public static List<String> lines(Path path, Mp4Info info) {
        var lines = new ArrayList<String>();
        lines.add(path + ": " + info.state().name().toLowerCase(Locale.ROOT) + " MP4, " + Units.time(info.durationNs())
                + ", " + Units.bytes(info.sizeBytes())
                + (info.createdAt() == null ? "" : ", recorded " + info.createdAt()));
        for (Mp4TrackSummary track : info.tracks()) {
            lines.add("  " + line(track));
        }
        if (info.otherTracks() > 0) {
            lines.add("  and " + info.otherTracks() + " that are neither picture nor sound");
        }
        if (info.torn()) {
            String torn = info.tornBytes() == 0 ? "" : ", and its last " + Units.bytes(info.tornBytes()) + " are torn";
            lines.add("  it was not finished" + torn + ": 'mediatool repair " + path + "' makes it whole");
        }
        return lines;
    }

    private static Map<String, Object> json(Mp4TrackSummary track) {
        SampleDescription entry = track.track().descriptions().get(0);
        var json = new LinkedHashMap<String, Object>();
        json.put("id", track.track().id());
        json.put("kind", track.track().kind().label());
        json.put("codec", codec(entry));
        json.put("sample_entry", entry.type());
        if (track.track().kind() == MediaKind.VIDEO) {
            json.put("width", entry.width());
            json.put("height", entry.height());
        } else {
            DecoderConfig config = config(entry);
            json.put("sample_rate", config == null ? entry.sampleRate() : config.sampleRate());
            json.put("channels", config == null ? entry.channels() : config.channels());
        }
        json.put("timescale", track.track().timescale());
        json.put("start", track.startNs() / 1e9);
        json.put("duration", track.durationNs() / 1e9);
        json.put("frames", track.samples());
        json.put("key_frames", track.syncSamples());
        json.put("size", track.mediaBytes());
        json.put("bitrate", Units.bitrateBps(track.mediaBytes(), track.durationNs()));
        return json;
    }

    private static String line(Mp4TrackSummary track) {
        SampleDescription entry = track.track().descriptions().get(0);
        DecoderConfig config = config(entry);
        String shape = track.track().kind() == MediaKind.VIDEO
                ? entry.width() + "x" + entry.height()
                : config == null
                        ? entry.sampleRate() + " Hz, " + entry.channels() + " ch"
                        : config.sampleRate() + " Hz, " + config.channels() + " ch";
        return String.join(
                ", ",
                "track " + track.track().id() + ": " + codec(entry) + " (" + entry.type() + ")",
                shape,
                track.samples() + " frames"
                        + (track.track().kind() == MediaKind.VIDEO ? " (" + track.syncSamples() + " key)" : ""),
                Units.time(track.durationNs()),
                Units.bitrate(Units.bitrateBps(track.mediaBytes(), track.durationNs())));
    }

    /** What the decoder is told, which is truer than the entry (FFmpeg writes two channels for every AAC track); null when it makes no sense. */
    private static @Nullable DecoderConfig config(SampleDescription entry) {
        CodecModule module = CodecCatalog.ofSampleEntry(entry.type());
        try {
            return module == null ? null : module.configOf(entry);
        } catch (MalformedException e) {
            return null;
        }
    }

    /** The name of the codec, or the four characters of an entry that we do not know. */
    private static String codec(SampleDescription entry) {
        CodecModule module = CodecCatalog.ofSampleEntry(entry.type());
        Codec codec = module == null ? null : module.codec();
        return codec == null ? entry.type().strip() : codec.label();
    }
}
