package io.mediatool.core.loop.kernel;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Counts the writes that a real {@link SendQueue} makes of datagrams to one destination, with UDP segmentation. */
public final class KernelWrites implements AutoCloseable {
    private final InetSocketAddress to = new InetSocketAddress(InetAddress.getLoopbackAddress(), 5_004);
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final SendBuffers buffers = new SendBuffers();
    private final SendQueue queue = new SendQueue(channel, true, buffers);

    /** Of datagrams of these sizes that are queued together. */
    public int of(int[] sizes) {
        for (int size : sizes) {
            queue.send(new byte[size], 0, size, to);
        }
        queue.flush();
        int writes = 0;
        for (DatagramPacket write = channel.readOutbound(); write != null; write = channel.readOutbound()) {
            write.release();
            writes++;
        }
        return writes;
    }

    @Override
    public void close() {
        queue.close();
        buffers.close();
    }
}
