package io.mediatool.cli.report;

import io.mediatool.core.codec.Codec;
import io.mediatool.recorder.RecordingProgress;
import io.mediatool.recorder.TrackProgress;
import org.jspecify.annotations.Nullable;

/** A stream that comes without what its decoder must know beforehand: what to say of it, and what can be done. */
public final class MissingConfig {
    private MissingConfig() {}

    /** One line for the first such track, or null. */
    public static @Nullable String advice(RecordingProgress progress) {
        for (TrackProgress track : progress.tracks()) {
            Codec codec = track.codec();
            if (codec != null && track.configMissing()) {
                return track.id() + ": " + advice(codec);
            }
        }
        return null;
    }

    private static String advice(Codec codec) {
        return switch (codec) {
            case H264 -> nal("H.264", "SPS, PPS", "h264_mp4toannexb", "rtph264pay");
            case H265 -> nal("H.265", "VPS, SPS, PPS", "hevc_mp4toannexb", "rtph265pay");
            default ->
                codec.label() + " comes without its decoder configuration; record from the SDP file that the sender"
                        + " writes instead of from the bare port";
        };
    }

    private static String nal(String name, String sets, String filter, String payloader) {
        return name + " comes without its parameter sets (" + sets
                + "), and no decoder can begin without them; record from the"
                + " SDP file that the sender writes (ffmpeg -sdp_file), or have it repeat them in the stream (FFmpeg: -bsf:v "
                + filter + ", GStreamer: " + payloader + " config-interval=-1, x264 and x265: repeat-headers)";
    }
}
