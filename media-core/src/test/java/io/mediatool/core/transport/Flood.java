package io.mediatool.core.transport;

import io.mediatool.core.stun.StunClass;
import io.mediatool.core.stun.StunKey;
import io.mediatool.core.stun.StunWriter;
import io.mediatool.core.stun.TransactionId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Senders on the loopback network that have proven nothing, and what they are answered. */
public final class Flood implements AutoCloseable {
    /** What is sent. */
    public enum Kind {
        /** Checks for sessions that there are not. */
        UNKNOWN_UFRAG,
        /** Checks for one that there is, by somebody who does not know its password. */
        WRONG_PASSWORD,
        UNSIGNED,
        /** STUN whose lengths do not fit. */
        BROKEN,
        /** Whole ClientHellos of a DTLS client. */
        HELLO,
        RANDOM,
        RTP
    }

    private final Random random;
    private final String ufrag;
    private final byte[] hello;
    private final List<DatagramChannel> senders = new ArrayList<>();
    private final ByteBuffer answer = ByteBuffer.allocate(4_096);
    private final long[] asked;
    private final long[] answered;
    private long answers;

    /**
     * @param addresses of the loopback network, and as many more ports
     * @param ufrag of a session that there is
     */
    public Flood(Random random, int addresses, int ports, String ufrag, byte[] hello) throws IOException {
        this.random = random;
        this.ufrag = ufrag;
        this.hello = hello;
        for (int i = 0; i < addresses; i++) {
            add(InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) (1 + i)}));
        }
        for (int i = 0; i < ports; i++) {
            add(InetAddress.getLoopbackAddress());
        }
        this.asked = new long[senders.size()];
        this.answered = new long[senders.size()];
    }

    private void add(InetAddress address) throws IOException {
        DatagramChannel sender = DatagramChannel.open();
        sender.bind(new InetSocketAddress(address, 0));
        sender.configureBlocking(false);
        senders.add(sender);
    }

    private byte[] check(String to, boolean signed) {
        StunWriter writer = StunWriter.binding(StunClass.REQUEST, TransactionId.random(random))
                .username(to + ":flood")
                .priority(random.nextInt(1_000))
                .iceControlling(random.nextLong())
                .useCandidate();
        return signed ? writer.sign(StunKey.shortTerm("y".repeat(24))) : writer.finish();
    }

    private byte[] datagram(Kind kind) {
        return switch (kind) {
            case UNKNOWN_UFRAG -> check("u" + random.nextInt(), true);
            case WRONG_PASSWORD -> check(ufrag, true);
            case UNSIGNED -> check(ufrag, false);
            case BROKEN -> broken(check(ufrag, true));
            case HELLO -> hello;
            case RANDOM -> rubbish(random.nextInt());
            case RTP -> rubbish(0x80);
        };
    }

    /** As long as its header says, and no multiple of four. */
    private byte[] broken(byte[] check) {
        byte[] data = Arrays.copyOf(check, 21 + 4 * random.nextInt(10));
        data[3] = (byte) (data.length - 20);
        return data;
    }

    private byte[] rubbish(int first) {
        byte[] data = new byte[1 + random.nextInt(1_200)];
        random.nextBytes(data);
        data[0] = (byte) first;
        return data;
    }

    /** So many of one kind, each from any of the senders. */
    public void send(Kind kind, int count, InetSocketAddress to) throws IOException {
        for (int i = 0; i < count; i++) {
            int index = random.nextInt(senders.size());
            byte[] data = datagram(kind);
            asked[index] += data.length;
            int unused = senders.get(index).send(ByteBuffer.wrap(data), to);
        }
    }

    /** Takes what has been answered by now. @return who was answered more than it said, empty when nobody was */
    public String collect() throws IOException {
        for (int i = 0; i < senders.size(); i++) {
            while (senders.get(i).receive(answer.clear()) != null) {
                answered[i] += answer.position();
                answers++;
            }
            if (answered[i] > asked[i]) {
                return "sender " + i + " was answered " + answered[i] + " bytes for " + asked[i];
            }
        }
        return "";
    }

    /** Datagrams that came back, to whomever. */
    public long answers() {
        return answers;
    }

    @Override
    public void close() throws IOException {
        for (DatagramChannel sender : senders) {
            sender.close();
        }
    }
}
