package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Foreign programs that take a stream by its SDP and write down what came, one file for pictures and one for sound. */
enum Receiver {
    FFMPEG {
        @Override
        Visitor start(Path directory, Path sdp, String video, String audio) {
            var outputs = new ArrayList<String>();
            if (!video.isEmpty()) {
                // By default a copy begins with what FFmpeg takes for a key frame, and in VP9 over RTP it sees none.
                outputs.add("-map 0:v -c copy -copyinkf " + slices(video, "") + " -f framemd5 " + pictures(directory));
            }
            if (!audio.isEmpty()) {
                outputs.add("-map 0:a -c copy -f " + (isPlain(audio) ? "data " : "framemd5 ") + sound(directory));
            }
            return Street.startFfmpeg(
                    directory, "-protocol_whitelist file,udp,rtp -i " + sdp + " " + String.join(" ", outputs));
        }

        @Override
        List<String> pictureHashes(Path directory, String video) {
            return hashes(pictures(directory));
        }

        @Override
        List<String> soundHashes(Path directory, String audio) {
            return hashes(sound(directory));
        }

        private List<String> hashes(Path framemd5) {
            try {
                return Street.hashes(Files.readString(framemd5));
            } catch (IOException e) {
                throw new AssertionError("FFmpeg wrote nothing", e);
            }
        }
    },

    GSTREAMER {
        @Override
        Visitor start(Path directory, Path sdp, String video, String audio) {
            String pipeline = "filesrc location=" + sdp + " ! sdpdemux name=d";
            if (!video.isEmpty()) {
                pipeline += " d.stream_0 ! queue ! " + chain(video) + " ! filesink location=" + pictures(directory);
            }
            if (!audio.isEmpty()) {
                pipeline += " d.stream_" + (video.isEmpty() ? 0 : 1) + " ! queue ! " + chain(audio)
                        + " ! filesink location=" + sound(directory);
            }
            return Street.gstreamer(directory, pipeline);
        }

        private String chain(String codec) {
            return switch (codec) {
                case "h264" -> "rtph264depay ! h264parse ! video/x-h264,stream-format=byte-stream,alignment=au";
                case "h265" -> "rtph265depay ! h265parse ! video/x-h265,stream-format=byte-stream,alignment=au";
                case "vp8", "vp9" -> "rtp" + codec + "depay ! matroskamux";
                case "aac" -> "rtpmp4gdepay ! aacparse ! audio/mpeg,stream-format=adts";
                case "opus" -> "rtpopusdepay ! opusparse ! oggmux";
                case "l16" -> "rtpL16depay";
                default -> "rtp" + codec + "depay";
            };
        }
    },

    /**
     * Debian builds VLC without live555; its demuxer of FFmpeg's then reads SDP. What VLC opens to have a look at it beforehand
     * would take the ports too early. The muxer "dummy" writes a codec's header, then frame by frame.
     */
    VLC {
        @Override
        Visitor start(Path directory, Path sdp, String video, String audio) {
            String sout = "--sout=#es{access=file,mux=dummy,dst-video=" + pictures(directory) + ",dst-audio="
                    + sound(directory) + "}";
            return Street.vlc(directory, List.of("--demux=avformat", "--no-auto-preparse", sdp.toString(), sout));
        }
    };

    /** Starts it; it ends when the senders have said BYE. */
    abstract Visitor start(Path directory, Path sdp, String video, String audio);

    Path pictures(Path directory) {
        return directory.resolve(name() + ".video");
    }

    Path sound(Path directory) {
        return directory.resolve(name() + ".audio");
    }

    /** Each picture that was received, as a hash; of H.264 and H.265 the slices only. */
    List<String> pictureHashes(Path directory, String video) {
        return Street.frameHashes(pictures(directory), "v", slices(video, ""));
    }

    List<String> soundHashes(Path directory, String audio) {
        return Street.frameHashes(sound(directory), "a", audio.equals("aac") ? "-bsf:a aac_adtstoasc" : "");
    }

    /**
     * VLC's dump is its header for the codec, then what was sent, but for the last block: its packetizer "copy" gives a block out
     * only when the next one has come. That FFmpeg has the same stream to its end shows that the last one was sent.
     */
    static void assertDumped(byte[] sent, Path dump, int lastBlock) throws IOException {
        byte[] got = Files.readAllBytes(dump);
        int header = 0;
        while (got.length < header + 64 || !Arrays.equals(sent, 0, 64, got, header, header + 64)) {
            header++;
            assertTrue(header < 64, () -> "VLC: the beginning is missing in " + dump);
        }
        int missing = sent.length - (got.length - header);
        assertTrue(missing >= 0 && missing <= lastBlock, () -> "VLC: " + missing + " bytes are missing");
        assertArrayEquals(
                Arrays.copyOf(sent, sent.length - missing), Arrays.copyOfRange(got, header, got.length), "VLC");
    }

    /** Whether a codec's frames are but samples that anyone may cut in another place. */
    static boolean isPlain(String audio) {
        return List.of("pcmu", "pcma", "l16", "g722").contains(audio);
    }

    /**
     * FFmpeg's filter that leaves only the slices: parameter sets may be added on the way, and start codes be lengthened.
     *
     * @param before a filter to apply before, with its comma, or nothing
     */
    static String slices(String video, String before) {
        return switch (video) {
            case "h264" -> "-bsf:v " + before + "filter_units=pass_types=1-5";
            case "h265" -> "-bsf:v " + before + "filter_units=pass_types=0-31";
            default -> "";
        };
    }
}
