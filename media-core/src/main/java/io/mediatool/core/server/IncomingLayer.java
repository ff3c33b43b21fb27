package io.mediatool.core.server;

import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.PacketLayers;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.catalog.CodecCatalog;
import io.mediatool.core.loop.TimeService;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.extension.ExtensionMap;
import io.mediatool.core.rtp.extension.HeaderExtensions;
import io.mediatool.core.stream.GopCache;
import io.mediatool.core.stream.KeyFrameRequests;
import io.mediatool.core.stream.PacketHistory;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One encoding of a track (a simulcast layer, or all there is) with what its viewers share: packets to be sent again, the last
 * group of pictures, requests for key frames. For the loop's thread.
 */
public final class IncomingLayer {
    /** How long a packet may be asked for again: the greatest round trip and a player's patience. With more, a narrow path is late by what it repairs. */
    private static final long HISTORY_NS = 1_500_000_000L;
    /** Requests in a row, two a second, after which a source is one that makes key frames when it likes, whatever it has promised. */
    private static final int IGNORED_REQUESTS = 6;

    private static final int PROMPT_REQUESTS = 2;

    private final String rid;
    private final RtpIncomingSourceGroup source;
    private final TimeService time;
    private final KeyFrameMaker maker;
    private final ExtensionMap extensionMap;
    private final ReadPackets read;
    private final KeyFrameRequests requests = new KeyFrameRequests(this::askForKeyFrame);
    private final PacketHistory history = new PacketHistory(HISTORY_NS);
    private final @Nullable GopCache pictures;
    private final LayerActivity activity = new LayerActivity(new Presence());
    private final PictureSize size;
    private Watcher[] watchers = {};
    private RtpFormat format;
    private CodecModule codec;
    private @Nullable Timer alarm;
    private final LayerMeter meter = new LayerMeter();

    private long keyTimestamp = Long.MIN_VALUE;
    private long keyFrames;
    private int unanswered;
    private RtpIncomingSourceGroup.@Nullable SenderReport report;
    private long reportNs;

    /** Whoever can have the source make a key frame. */
    public interface KeyFrameMaker {
        /** A source that sends what it sends: a push, a file. */
        KeyFrameMaker NONE = new KeyFrameMaker() {
            @Override
            public boolean canMake() {
                return false;
            }

            @Override
            public void requestKeyFrame(IncomingLayer layer, long nowNs) {}
        };

        /** Whether asking can help. */
        boolean canMake();

        /** Ask the source now (PLI, FIR); called at most twice a second. */
        void requestKeyFrame(IncomingLayer layer, long nowNs);
    }

    /** Told of what concerns those who forward the layer. */
    public interface Watcher {
        /** Packets come, for the first time or after a silence. */
        default void onActive(IncomingLayer layer, long nowNs) {}

        /** Packets stopped while other layers of the same picture go on. */
        default void onSilent(IncomingLayer layer, long nowNs) {}

        /** What follows is of another codec. */
        default void onCodec(IncomingLayer layer, long nowNs) {}
    }

    IncomingLayer(
            String rid,
            RtpIncomingSourceGroup source,
            TimeService time,
            KeyFrameMaker maker,
            ExtensionMap extensionMap,
            boolean keepsPictures) {
        this.rid = rid;
        this.source = source;
        this.time = time;
        this.maker = maker;
        this.extensionMap = extensionMap;
        this.read = new ReadPackets(source.kind(), extensionMap);
        this.format = source.formats().get(0);
        this.codec = CodecCatalog.of(format.codec());
        this.size = new PictureSize(codec, format);
        this.pictures = keepsPictures && source.kind() == MediaKind.VIDEO
                ? maker.canMake() ? PictureLimits.SHORT.cache() : PictureLimits.LONG.cache()
                : null;
        source.addListener(new Arrivals());
    }

    /** How much of a source is kept for those who come later. */
    private enum PictureLimits {
        /** For those that can make key frames: enough for those who come together. */
        SHORT(1_024, 2 << 20, 1_500_000_000L),
        /** For those that cannot: ten seconds at 6 Mbit/s. */
        LONG(8_192, 8 << 20, 30_000_000_000L);

        private final int packets;
        private final int bytes;
        private final long ageNs;

        PictureLimits(int packets, int bytes, long ageNs) {
            this.packets = packets;
            this.bytes = bytes;
            this.ageNs = ageNs;
        }

        GopCache cache() {
            return new GopCache(packets, bytes, ageNs);
        }

        void apply(@Nullable GopCache cache) {
            if (cache != null) {
                cache.limit(packets, bytes, ageNs);
            }
        }
    }

    /** The first to see each packet: those who forward it come after. */
    private final class Arrivals implements RtpIncomingSourceGroup.Listener {
        @Override
        public void onRtp(RtpIncomingSourceGroup of, RtpPacket packet, long sequence, long timestamp, long nowNs) {
            if (packet.payloadType() != format.payloadType()) {
                changeFormat(packet.payloadType(), nowNs);
            }
            boolean key = source.kind() == MediaKind.VIDEO
                    && codec.startsKeyFrame(packet.data(), packet.payloadOffset(), packet.payloadLength());
            if (key && timestamp != keyTimestamp) {
                keyTimestamp = timestamp;
                keyFrames++;
                onKeyFrame();
            }
            activity.onPacket(packet.length(), timestamp, nowNs);
            if (pictures != null) {
                size.onPacket(packet, sequence, timestamp, key, nowNs);
                pictures.onPacket(packet, sequence, timestamp, key, nowNs);
            }
            if (watchers.length > 0 || pictures != null) {
                history.onRtp(of, packet, sequence, timestamp, nowNs);
            }
            if (watchers.length > 0) {
                meter.onPacket(read.onArrival(packet, codec), packet.length(), nowNs);
            } else if (key) {
                read.onArrival(
                        packet,
                        codec); // only here the layers are described: whoever comes before the next wants to know them
            }
        }

        @Override
        public void onSenderReport(RtpIncomingSourceGroup of, RtpIncomingSourceGroup.SenderReport newest, long nowNs) {
            report = newest;
            reportNs = nowNs;
        }

        @Override
        public void onRestart(RtpIncomingSourceGroup of, boolean sameClock, long nowNs) {
            if (pictures != null) {
                pictures.clear();
            }
            size.reset();
            report = sameClock ? report : null;
            activity.onRestart();
            read.reset();
            meter.reset();
        }

        @Override
        public void onEnded(RtpIncomingSourceGroup of, long nowNs) {
            requests.onKeyFrame();
            cancelAlarm();
            history.onEnded(of, nowNs);
            if (pictures != null) {
                pictures.close();
            }
            activity.onEnded();
        }
    }

    /** Passes on what the packets' coming and going means. */
    private final class Presence implements LayerActivity.Listener {
        @Override
        public void onActive(long nowNs) {
            for (Watcher watcher : watchers) {
                watcher.onActive(IncomingLayer.this, nowNs);
            }
        }

        @Override
        public void onSilent(long nowNs) {
            for (Watcher watcher : watchers) {
                watcher.onSilent(IncomingLayer.this, nowNs);
            }
        }
    }

    private void changeFormat(int payloadType, long nowNs) {
        RtpFormat next = source.formatOf(payloadType);
        if (next == null) {
            return;
        }
        if (next.codec() == format.codec()) {
            format = next;
            size.onFormat(codec, next);
            return;
        }
        source.deliver(); // what came before is of the old one
        format = next;
        codec = CodecCatalog.of(next.codec());
        size.onFormat(codec, next);
        size.reset();
        if (pictures != null) {
            pictures.clear();
        }
        for (Watcher watcher : watchers) {
            watcher.onCodec(this, nowNs);
        }
    }

    /** The other layers of the same picture. */
    void besides(List<IncomingLayer> others) {
        activity.besides(others.stream().map(other -> other.activity).toArray(LayerActivity[]::new));
    }

    /** The header extensions of a packet of this layer, whether it arrives now or is sent again; valid until the next call. */
    public HeaderExtensions extensions(RtpPacket packet) {
        return read.extensions(packet);
    }

    /** The scalable layer that a packet of this source is of, whether it arrives now or is sent again; valid until the next call. */
    public PacketLayers layers(RtpPacket packet) {
        return read.layers(packet, codec);
    }

    /** The scalable layers that come, while somebody watches. */
    public LayerMeter scalable() {
        return meter;
    }

    /** Wants a key frame; however many want one, the source is asked twice a second at most. */
    public void requestKeyFrame(long nowNs) {
        if (maker.canMake() && !source.isEnded()) {
            requests.request(nowNs);
            arm();
        }
    }

    private void askForKeyFrame(long nowNs) {
        if (++unanswered == IGNORED_REQUESTS) {
            PictureLimits.LONG.apply(pictures); // aiortc's H.264 encoder: PLI is agreed on, and nothing done about it
        }
        maker.requestKeyFrame(this, nowNs);
    }

    private void onKeyFrame() {
        if (unanswered > 0 && unanswered <= PROMPT_REQUESTS) {
            PictureLimits.SHORT.apply(pictures);
        }
        unanswered = 0;
        requests.onKeyFrame();
    }

    private void arm() {
        long nextNs = requests.nextDeadlineNs();
        if (alarm == null && nextNs != Long.MAX_VALUE) {
            alarm = time.schedule(nextNs, nowNs -> {
                alarm = null;
                requests.onDeadline(nowNs);
                arm();
            });
        }
    }

    private void cancelAlarm() {
        Timer pending = alarm;
        alarm = null;
        if (pending != null) {
            pending.cancel();
        }
    }

    public void addWatcher(Watcher watcher) {
        watchers = Arrays.copyOf(watchers, watchers.length + 1);
        watchers[watchers.length - 1] = watcher;
    }

    public void removeWatcher(Watcher watcher) {
        watchers = Arrays.stream(watchers).filter(each -> each != watcher).toArray(Watcher[]::new);
    }

    /** Of the packets' headers. */
    public ExtensionMap extensionMap() {
        return extensionMap;
    }

    /** The simulcast layer's name, empty where there is but one. */
    public String rid() {
        return rid;
    }

    /** Where its packets come out. */
    public RtpIncomingSourceGroup source() {
        return source;
    }

    /** Its last packets, while somebody watches. */
    public PacketHistory history() {
        return history;
    }

    /** What it has sent since its last key frame; null for audio, and outside of a {@link MediaServer}. */
    public @Nullable GopCache pictures() {
        return pictures;
    }

    /** What it sends now; before the first packet what the description puts first. */
    public RtpFormat format() {
        return format;
    }

    /** Of {@link #format()}. */
    public CodecModule codec() {
        return codec;
    }

    /** Whether packets came lately. */
    public boolean isActive(long nowNs) {
        return activity.isActive(nowNs);
    }

    /** Of whole packets, over the last half second or more; 0 while it is silent. */
    public long bitrateBps(long nowNs) {
        return activity.bitrateBps(nowNs);
    }

    /** Adds the size of its pictures as a key frame told it; nothing before one has, and outside of a {@link MediaServer}. */
    public void addSize(Counters counters) {
        if (size.width() > 0) {
            counters.max("width", size.width());
            counters.max("height", size.height());
        }
    }

    /** Width in pixels of the pictures of its spatial layers up to this one; 0 while it is not known. */
    public int width(int upToSpatial) {
        int told = meter.width(upToSpatial);
        return told > 0 || isPart(upToSpatial) ? told : size.width();
    }

    /** Likewise the height. */
    public int height(int upToSpatial) {
        int told = meter.height(upToSpatial);
        return told > 0 || isPart(upToSpatial) ? told : size.height();
    }

    private boolean isPart(int upToSpatial) {
        return upToSpatial < meter.spatialLayers() - 1;
    }

    public boolean canMakeKeyFrames() {
        return maker.canMake();
    }

    /** Key frames that began. */
    public long keyFrames() {
        return keyFrames;
    }

    /** The newest sender report, or null. */
    public RtpIncomingSourceGroup.@Nullable SenderReport report() {
        return report;
    }

    /** When {@link #report()} arrived. */
    public long reportNs() {
        return reportNs;
    }
}
