package io.mediatool.ingest.source;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.address.AddressText;
import io.mediatool.ingest.port.MediumPlan;
import io.mediatool.ingest.port.PortPlan;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Command lines of the usual senders, made for a port. */
final class SenderHints {
    private SenderHints() {}

    static List<String> of(PortPlan plan) {
        InetAddress address = plan.binding().local().getAddress();
        String host =
                address.isAnyLocalAddress() ? "HOST" : AddressText.of(address).replaceAll("%.*", "");
        String urlHost = address instanceof Inet6Address && !address.isAnyLocalAddress() ? "[" + host + "]" : host;
        int port = plan.binding().local().getPort();
        List<String> lines = new ArrayList<>();
        if (plan.bare()) {
            lines.add("ffmpeg -re -i in.mp4 -c copy -f mpegts 'udp://" + urlHost + ":" + port + "?pkt_size=1316'");
            lines.add("cvlc in.mp4 --sout '#std{access=udp,mux=ts,dst=" + urlHost + ":" + port + "}'");
            lines.add("gst-launch-1.0 filesrc location=in.mp4 ! qtdemux ! h264parse config-interval=-1 !"
                    + " mpegtsmux alignment=7 ! udpsink host=" + host + " port=" + port);
            return lines;
        }
        // A shell may take a question mark, or brackets, for files.
        String url = plan.rtcpMux()
                ? "'rtp://" + urlHost + ":" + port + "?rtcpport=" + port + "'"
                : "rtp://" + urlHost + ":" + port;
        for (MediumPlan medium : plan.media()) {
            lines.add(ffmpeg(medium.formats().get(0), url));
            lines.add(gstreamer(medium.formats().get(0), host, port));
        }
        if (plan.open() && plan.media().isEmpty()) {
            RtpFormat h264 = RtpFormat.of(Codec.H264, 96);
            lines.add(ffmpeg(h264, url));
            lines.add(gstreamer(h264, host, port));
        }
        if (plan.open() || !plan.transportStreams().isEmpty()) {
            lines.add("ffmpeg -re -i in.mp4 -c copy -f rtp_mpegts " + url);
            lines.add("cvlc in.mp4 --sout '#rtp{dst=" + urlHost + ",port=" + port + ",mux=ts}'");
        }
        return lines;
    }

    private static String ffmpeg(RtpFormat format, String url) {
        boolean video = format.codec().kind() == MediaKind.VIDEO;
        return "ffmpeg -re -i in.mp4 -map 0:" + (video ? "v:0" : "a:0") + " " + ffmpegCodec(format) + " -payload_type "
                + format.payloadType() + " -rtpflags " + (latm(format) ? "latm+" : "") + "send_bye -f rtp " + url;
    }

    /** H.264 and H.265 out of MP4 have their parameter sets beside the stream; the filter puts them into it. */
    private static String ffmpegCodec(RtpFormat format) {
        return switch (format.codec()) {
            case H264 -> "-c copy -bsf:v h264_mp4toannexb";
            case H265 -> "-c copy -bsf:v hevc_mp4toannexb";
            case VP8 -> "-c:v libvpx -deadline realtime";
            case VP9 -> "-c:v libvpx-vp9 -deadline realtime -strict experimental";
            case AV1 -> "-c copy";
            case OPUS -> "-c:a libopus";
            case AAC -> "-c:a aac -ar " + format.clockRate() + " -ac " + format.channels();
            case PCMU -> "-c:a pcm_mulaw -ar " + format.clockRate() + " -ac " + format.channels();
            case PCMA -> "-c:a pcm_alaw -ar " + format.clockRate() + " -ac " + format.channels();
            case G722 -> "-c:a g722 -ar 16000 -ac 1";
            case L16 -> "-c:a pcm_s16be -ar " + format.clockRate() + " -ac " + format.channels();
        };
    }

    private static boolean latm(RtpFormat format) {
        return format.encodingName().equalsIgnoreCase("MP4A-LATM");
    }

    private static String gstreamer(RtpFormat format, String host, int port) {
        String audio = "gst-launch-1.0 filesrc location=in.mp4 ! decodebin ! audioconvert ! audioresample ! ";
        String raw = "audio/x-raw,rate=" + format.clockRate() + ",channels=" + format.channels() + " ! ";
        String chain = switch (format.codec()) {
            case H264 -> "gst-launch-1.0 filesrc location=in.mp4 ! qtdemux ! h264parse ! rtph264pay config-interval=-1";
            case H265 -> "gst-launch-1.0 filesrc location=in.mp4 ! qtdemux ! h265parse ! rtph265pay config-interval=-1";
            case VP8 ->
                "gst-launch-1.0 filesrc location=in.mp4 ! decodebin ! videoconvert ! vp8enc deadline=1 ! rtpvp8pay";
            case VP9 ->
                "gst-launch-1.0 filesrc location=in.mp4 ! decodebin ! videoconvert ! vp9enc deadline=1 ! rtpvp9pay";
            case AV1 -> "gst-launch-1.0 filesrc location=in.mp4 ! qtdemux ! av1parse ! rtpav1pay";
            case OPUS -> audio + "opusenc ! rtpopuspay";
            case AAC -> audio + raw + "avenc_aac ! " + (latm(format) ? "rtpmp4apay" : "rtpmp4gpay");
            case PCMU -> audio + raw + "mulawenc ! rtppcmupay";
            case PCMA -> audio + raw + "alawenc ! rtppcmapay";
            case G722 -> audio + "audio/x-raw,rate=16000,channels=1 ! avenc_g722 ! rtpg722pay";
            case L16 -> audio + raw + "rtpL16pay";
        };
        return chain + " pt=" + format.payloadType() + " ! udpsink host=" + host + " port=" + port;
    }
}
