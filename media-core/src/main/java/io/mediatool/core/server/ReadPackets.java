package io.mediatool.core.server;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.PacketLayers;
import io.mediatool.core.codec.layers.DependencyReader;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.extension.ExtensionMap;
import io.mediatool.core.rtp.extension.HeaderExtensions;
import io.mediatool.core.rtp.extension.RtpExtension;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the header extensions of a layer's packets say, and which scalable layer they are of: read once when a packet arrives, for all
 * who forward it in the same turn. What is sent again later is read again. For the loop's thread.
 */
final class ReadPackets {
    /** Of more in one turn, the first are read by everyone who forwards them. */
    private static final int MAX_KEPT = 32;

    private final MediaKind kind;
    private final ExtensionMap map;
    private final DependencyReader dependencies = new DependencyReader();
    private final List<Read> arrived = new ArrayList<>();
    private final Read again = new Read();
    private int oldest;
    private int hint;

    private static final class Read {
        private @Nullable RtpPacket packet;
        private final HeaderExtensions extensions = new HeaderExtensions();
        private final PacketLayers layers = new PacketLayers();
    }

    ReadPackets(MediaKind kind, ExtensionMap map) {
        this.kind = kind;
        this.map = map;
    }

    /** Reads a packet that arrives. @return its layers, valid as long as the packet is */
    PacketLayers onArrival(RtpPacket packet, CodecModule codec) {
        Read read = find(packet);
        if (read == null) {
            read = next();
            read.packet = packet;
        }
        readExtensions(packet, read);
        readLayers(packet, codec, read);
        return read.layers;
    }

    private Read next() {
        if (arrived.size() < MAX_KEPT) {
            arrived.add(new Read());
            return arrived.get(arrived.size() - 1);
        }
        oldest = (oldest + 1) % MAX_KEPT;
        return arrived.get(oldest);
    }

    /** Packets are views that are used again: the same one is the same packet only until the next arrives in it. */
    @SuppressWarnings("ReferenceEquality")
    private @Nullable Read find(RtpPacket packet) {
        int size = arrived.size();
        for (int i = 0; i < size; i++) {
            int at = hint + i < size ? hint + i : hint + i - size; // mostly the one after the last
            if (arrived.get(at).packet == packet) {
                hint = at + 1 < size ? at + 1 : 0;
                return arrived.get(at);
            }
        }
        return null;
    }

    /** The header extensions of a packet, whether it came in this turn or is sent again; valid until the next call. */
    HeaderExtensions extensions(RtpPacket packet) {
        Read read = find(packet);
        if (read != null) {
            return read.extensions;
        }
        readExtensions(packet, again);
        return again.extensions;
    }

    /** The scalable layer that a packet is of, likewise. */
    PacketLayers layers(RtpPacket packet, CodecModule codec) {
        Read read = find(packet);
        if (read != null) {
            return read.layers;
        }
        readExtensions(packet, again);
        readLayers(packet, codec, again);
        return again.layers;
    }

    private void readExtensions(RtpPacket packet, Read into) {
        try {
            into.extensions.read(packet, map);
        } catch (MalformedException e) {
            // What came before the damage still counts: the packet is good without the rest.
        }
    }

    private void readLayers(RtpPacket packet, CodecModule codec, Read into) {
        HeaderExtensions extensions = into.extensions;
        if (kind != MediaKind.VIDEO) {
            into.layers.clear();
        } else if (extensions.has(RtpExtension.DEPENDENCY_DESCRIPTOR)) {
            int length = extensions.length(RtpExtension.DEPENDENCY_DESCRIPTOR);
            try {
                dependencies.read(
                        extensions.data(), extensions.offset(RtpExtension.DEPENDENCY_DESCRIPTOR), length, into.layers);
            } catch (MalformedException e) {
                into.layers.clear(); // the packet may be good all the same
            }
        } else {
            codec.readLayers(packet.data(), packet.payloadOffset(), packet.payloadLength(), into.layers);
        }
    }

    /** The source starts anew. */
    void reset() {
        dependencies.reset();
    }
}
