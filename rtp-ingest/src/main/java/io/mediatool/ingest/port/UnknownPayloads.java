package io.mediatool.ingest.port;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.StaticPayloadTypes;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.ingest.recognition.Recognition;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Packets of payload types that have no route yet. On an open port they are held until it is clear what they are; on a
 * described one, when its only medium never comes, the description's payload type is taken as a copying error.
 */
final class UnknownPayloads {
    /** So many packets of another type, and none of the described one, make a copying error. */
    private static final int MISMATCHES = 20;
    /** Payload types that are looked at; a sender has no reason to use more at once. */
    private static final int MAX_TYPES = 8;
    /** Payload types that are named when they are dropped. */
    private static final int MAX_TOLD = 4;

    private final PortPlan plan;
    private final PortContext context;
    private final PayloadRoutes routes;
    private final HeldPackets held = new HeldPackets();
    private final Map<Integer, PayloadGuess> candidates = new TreeMap<>();
    private final boolean[] ignored = new boolean[128];
    private int ignoredTypes;
    private boolean adopted;

    UnknownPayloads(PortPlan plan, PortContext context, PayloadRoutes routes) {
        this.plan = plan;
        this.context = context;
        this.routes = routes;
    }

    HeldPackets held() {
        return held;
    }

    /** Takes a packet that has no route. */
    void onRtp(RtpPacket packet, long nowNs) {
        int type = packet.payloadType();
        boolean named = plan.transportStreams().contains(type);
        if (named || isTransportStream(packet)) {
            if (!named && !plan.bare() && type != StaticPayloadTypes.MP2T) {
                assumed("MPEG-TS (payload type " + type + ")", "codec=ts&pt=" + type, "MP2T/90000", type);
            }
            routes.addTransportStream(type);
            routes.deliver(packet, nowNs);
            return;
        }
        PayloadGuess candidate = candidate(type);
        if (candidate == null || plan.bare()) {
            ignored(type);
            return;
        }
        if (plan.open()) {
            recognize(candidate, packet, nowNs);
        } else {
            mismatch(candidate, packet, nowNs);
        }
    }

    private @Nullable PayloadGuess candidate(int type) {
        PayloadGuess candidate = candidates.get(type);
        if (candidate == null && candidates.size() < MAX_TYPES) {
            candidate = new PayloadGuess();
            candidates.put(type, candidate);
        }
        return candidate;
    }

    private static boolean isTransportStream(RtpPacket packet) {
        return TransportStreamBytes.areWhole(packet.data(), packet.payloadOffset(), packet.payloadLength());
    }

    private void recognize(PayloadGuess candidate, RtpPacket packet, long nowNs) {
        int type = packet.payloadType();
        RtpFormat fixed = StaticPayloadTypes.of(type);
        held.add(packet, nowNs);
        if (fixed != null) {
            routes.addTrack(List.of(fixed));
            release(type);
            return;
        }
        Recognition recognition = candidate.onPacket(packet, nowNs);
        Codec codec = recognition.codec();
        if (recognition.outcome() == Recognition.Outcome.TRANSPORT_STREAM) {
            assumed("MPEG-TS (payload type " + type + ")", "codec=ts&pt=" + type, "MP2T/90000", type);
            routes.addTransportStream(type);
            release(type);
        } else if (recognition.outcome() == Recognition.Outcome.CODEC && codec != null) {
            RtpFormat format = RtpFormat.of(codec, type);
            String what = name(codec) + " (payload type " + type + ", " + format.clockRate() + " Hz"
                    + (codec.kind() == MediaKind.AUDIO ? ", " + format.channels() + " channels" : "") + ")";
            assumed(what, "codec=" + codec.label() + "&pt=" + type, rtpMap(format), type);
            routes.addTrack(List.of(format));
            release(type);
        } else {
            tell(type, candidate);
        }
    }

    private void tell(int type, PayloadGuess candidate) {
        String news = candidate.news(plan.name(), type);
        if (!news.isEmpty()) {
            context.publisher().line(news);
        }
    }

    private static String rtpMap(RtpFormat format) {
        return format.encodingName() + "/" + format.clockRate()
                + (format.channels() > 1 ? "/" + format.channels() : "");
    }

    private static String name(Codec codec) {
        return switch (codec) {
            case H264 -> "H.264";
            case H265 -> "H.265";
            case OPUS -> "Opus";
            default -> codec.name();
        };
    }

    private void assumed(String what, String query, String rtpMap, int type) {
        String argument = base();
        String way = argument.contains("://")
                ? "to say so yourself: '" + argument + "?" + query + "'"
                : "to say so yourself, add to " + argument + ": a=rtpmap:" + type + " " + rtpMap;
        context.publisher()
                .line((argument.contains("://") ? argument : plan.name()) + " looks like " + what + "; " + way);
    }

    private String base() {
        int query = plan.argument().indexOf('?');
        return query < 0 ? plan.argument() : plan.argument().substring(0, query);
    }

    /** A described port: is this what was meant? */
    private void mismatch(PayloadGuess candidate, RtpPacket packet, long nowNs) {
        int type = packet.payloadType();
        boolean alone = plan.media().size() == 1 && plan.transportStreams().isEmpty();
        if (!alone || adopted || routes.all().get(0).started()) {
            ignored(type);
            return;
        }
        MediumPlan medium = plan.media().get(0);
        held.add(packet, nowNs);
        if (!medium.anyPayloadType() && candidate.count() < MISMATCHES) {
            return;
        }
        RtpFormat format = medium.formats().get(0);
        adopted = true;
        if (!medium.anyPayloadType()) {
            context.publisher()
                    .line(plan.name() + ": packets have payload type " + type + ", not " + format.payloadType()
                            + " as described; taken as " + name(format.codec()));
        }
        routes.rename(type, format.payloadType());
        release(type);
    }

    private void release(int type) {
        candidates.remove(type);
        held.release(type, routes::deliver);
    }

    private void ignored(int type) {
        if (ignored[type]) {
            return;
        }
        ignored[type] = true;
        ignoredTypes++;
        if (ignoredTypes <= MAX_TOLD) {
            context.publisher()
                    .line(plan.name() + ": packets of payload type " + type + " are not described and dropped");
        } else if (ignoredTypes == MAX_TOLD + 1) {
            context.publisher().line(plan.name() + ": packets of more payload types are dropped, too");
        }
    }

    /** Forgets what waited too long, and tells of what stays unknown. */
    void onTick(long nowNs) {
        held.trim(nowNs);
        if (plan.open()) {
            candidates.forEach((type, candidate) -> {
                candidate.onTick(nowNs);
                tell(type, candidate);
            });
        }
    }
}
