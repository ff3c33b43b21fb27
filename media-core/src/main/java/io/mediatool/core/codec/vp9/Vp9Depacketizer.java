package io.mediatool.core.codec.vp9;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.rtp.RtpPacket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Joins payloads to layer frames and the layer frames of one picture to one sample, a superframe when there are several.
 * A hole costs the layer frame it is in and those above it; what lies below stands alone and is delivered.
 */
final class Vp9Depacketizer implements Depacketizer {
    private final ByteWriter layer = new ByteWriter(4096);
    private final List<byte[]> layers = new ArrayList<>();
    private int layerBytes;
    private boolean inPicture;
    private boolean inLayer;
    private boolean broken;
    private boolean lost;
    private boolean headDoubtful;
    /** Whether this sender marks the ends of pictures, and those of layer frames, as it should (RFC 9628 §4.1, §4.2). */
    private boolean marks;

    private boolean marksLayers;
    private long timestamp;
    private @Nullable DecoderConfig config;

    @Override
    public void onPacket(RtpPacket packet, long packetTimestamp, Listener listener) throws MalformedException {
        if (packet.payloadLength() == 0) {
            return; // padding that probes bandwidth
        }
        MalformedException earlier = null;
        if (inPicture && packetTimestamp != timestamp) {
            broken |= lost;
            earlier = deliver(listener);
        }
        if (!inPicture) {
            inPicture = true;
            timestamp = packetTimestamp;
            headDoubtful = lost;
        } else if (lost) {
            broken = true;
        }
        try {
            add(packet);
        } catch (MalformedException e) {
            broken = true;
            earlier = e;
        }
        lost = false;
        if (packet.marker()) {
            marks = true;
            MalformedException now = deliver(listener);
            earlier = earlier == null ? now : earlier;
        }
        if (earlier != null) {
            throw earlier;
        }
    }

    @Override
    public void onLoss() {
        lost = true;
    }

    @Override
    public void flush(Listener listener) {
        if (inPicture) {
            broken |= lost || marks || marksLayers && inLayer; // its end has not come
            deliver(listener); // what does not parse is dropped as in onPacket
        }
        lost = false;
    }

    private void add(RtpPacket packet) throws MalformedException {
        ByteReader in = new ByteReader(packet.data(), packet.payloadOffset(), packet.payloadLength());
        Vp9Descriptor descriptor = Vp9Descriptor.parse(in);
        if (broken) {
            return; // a layer above a missing one does not decode
        }
        if (descriptor.startsLayer()) {
            endLayer(); // without E: an old sender
            if (headDoubtful && layers.isEmpty() && descriptor.interLayer()) {
                broken = true; // the layer below was in the hole
                return;
            }
            inLayer = true;
        } else if (!inLayer) {
            broken = true; // its head is missing
            return;
        }
        if (layerBytes + layer.size() + in.remaining() > MAX_FRAME_BYTES) {
            throw new MalformedException("vp9: frame too large", -1);
        }
        marksLayers |= descriptor.endsLayer();
        layer.bytes(packet.data(), packet.payloadOffset() + descriptor.length(), in.remaining());
        if (descriptor.endsLayer() || packet.marker()) {
            endLayer();
        }
    }

    private void endLayer() throws MalformedException {
        if (inLayer && layer.size() > 0) {
            if (layers.size() == Vp9Superframe.MAX_FRAMES) {
                throw new MalformedException("vp9: more than eight frames in a picture", -1);
            }
            layers.add(layer.toByteArray());
            layerBytes += layer.size();
        }
        inLayer = false;
        layer.reset();
    }

    /** Ends the picture; answers what is wrong with it, so that the packet at hand still finds its place. */
    private @Nullable MalformedException deliver(Listener listener) {
        try {
            if (!broken) {
                endLayer();
            }
            if (!layers.isEmpty()) {
                Vp9Picture picture = Vp9Picture.of(layers);
                if (picture.keyFrame()) {
                    DecoderConfig now = picture.config();
                    config = now.equals(config) ? config : now;
                }
                byte[] sample = Vp9Superframe.join(layers);
                listener.onFrame(new MediaFrame(sample, timestamp, 0, picture.keyFrame(), config, broken));
            }
            return null;
        } catch (MalformedException e) {
            return e;
        } finally {
            layers.clear();
            layer.reset();
            layerBytes = 0;
            inPicture = false;
            inLayer = false;
            broken = false;
        }
    }
}
