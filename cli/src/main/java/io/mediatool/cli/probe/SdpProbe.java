package io.mediatool.cli.probe;

import io.mediatool.cli.terminal.Json;
import io.mediatool.cli.terminal.OutputOptions;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.catalog.CodecCatalog;
import io.mediatool.core.sdp.MediaDescription;
import io.mediatool.core.sdp.ParsedSdp;
import io.mediatool.core.sdp.SdpParser;
import io.mediatool.core.signalling.MediaFormats;
import io.mediatool.core.signalling.SdpFormats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code probe} says of an SDP description. */
public final class SdpProbe {
    private SdpProbe() {}

    public static void report(Path path, OutputOptions out) throws IOException, MalformedException {
        if (Files.size(path) > SdpParser.MAX_SIZE) {
            throw new MalformedException("larger than any description", SdpParser.MAX_SIZE);
        }
        ParsedSdp parsed = SdpParser.parse(Files.readAllBytes(path));
        var warnings = new ArrayList<String>();
        parsed.warnings().forEach(warning -> warnings.add(warning.toString()));
        var media = new ArrayList<Map<String, Object>>();
        for (MediaDescription medium : parsed.description().media()) {
            MediaFormats formats = SdpFormats.read(medium);
            warnings.addAll(formats.warnings());
            media.add(json(medium, formats));
        }
        if (out.json()) {
            var json = new LinkedHashMap<String, Object>();
            json.put("file", path.toString());
            json.put("name", parsed.description().name());
            json.put("media", media);
            json.put("warnings", warnings);
            out.print(Json.print(json));
            return;
        }
        out.print(path + ": SDP, " + parsed.description().media().size() + " media");
        media.forEach(medium -> out.print("  " + line(medium)));
        warnings.forEach(warning -> out.print("  warning: " + warning));
    }

    private static Map<String, Object> json(MediaDescription medium, MediaFormats formats) {
        var json = new LinkedHashMap<String, Object>();
        json.put("kind", medium.kind());
        json.put("port", medium.port());
        json.put("rtcp_port", medium.rtcpMux() ? medium.port() : medium.rtcpPort());
        json.put("formats", formats.formats().stream().map(SdpProbe::json).toList());
        json.put("mpeg_ts", !formats.transportStreams().isEmpty());
        return json;
    }

    private static Map<String, Object> json(RtpFormat format) {
        CodecModule module = CodecCatalog.of(format.codec());
        DecoderConfig config = module.configOf(format);
        var json = new LinkedHashMap<String, Object>();
        json.put("payload_type", format.payloadType());
        json.put("codec", format.codec().label());
        json.put("clock_rate", format.clockRate());
        json.put("channels", format.channels());
        json.put("parameter_sets", config != null);
        if (config != null && config.width() > 0) {
            json.put("width", config.width());
            json.put("height", config.height());
        }
        return json;
    }

    private static String line(Map<String, Object> medium) {
        var formats = new ArrayList<String>();
        if (medium.get("formats") instanceof List<?> list) {
            for (Object item : list) {
                if (item instanceof Map<?, ?> format) {
                    formats.add(format.get("codec") + " (payload type " + format.get("payload_type") + ", "
                            + format.get("clock_rate") + " Hz"
                            + (format.containsKey("width")
                                    ? ", " + format.get("width") + "x" + format.get("height")
                                    : "")
                            + ")");
                }
            }
        }
        if (Boolean.TRUE.equals(medium.get("mpeg_ts"))) {
            formats.add("MPEG-TS");
        }
        return medium.get("kind") + " on port " + medium.get("port") + ": "
                + (formats.isEmpty() ? "nothing usable" : String.join(", ", formats));
    }
}
