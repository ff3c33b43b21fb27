package io.mediatool.core.loop;

import io.mediatool.core.loop.address.AddressText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection: takes frames apart and puts them together (RFC 4571 §2).
 *
 * <pre>
 *   0                   1                   2                   3
 *   |            LENGTH             |  datagram ...
 * </pre>
 */
final class NettyTcpConnection extends ChannelInboundHandlerAdapter implements RemotePath, NettyEventLoop.Output {
    /** RTP, STUN and DTLS datagrams are made for Ethernet; who sends larger frames is no peer of ours. */
    static final int MAX_FRAME_BYTES = 8_192;

    /** Not yet taken by the kernel; a receiver that is slower than that loses datagrams. */
    static final int MAX_PENDING_BYTES = 512 * 1_024;

    private static final int HEADER_BYTES = 2;

    /** For the last of what is queued to leave. */
    private static final long LINGER_SECONDS = 2;

    private final NettyEventLoop loop;
    private final NettyTcpPort port;
    private final Channel channel;
    private final InetSocketAddress remote;
    /** A frame of which a part has come. */
    private byte @Nullable [] partial;

    private int have;
    private @Nullable ByteBuf queued;
    private boolean dirty;
    private boolean reading;
    private boolean closed;

    NettyTcpConnection(NettyEventLoop loop, NettyTcpPort port, Channel channel, InetSocketAddress remote) {
        this.loop = loop;
        this.port = port;
        this.channel = channel;
        this.remote = remote;
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        guarded(() -> port.listener().onOpened(this, loop.nowNs()));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (!reading) {
            reading = true;
            loop.beginReadTurn();
        }
        try {
            while (!closed && bytes.isReadable()) {
                take(bytes);
            }
        } finally {
            bytes.release();
        }
    }

    /** Takes one frame, or the part of it that is there. */
    private void take(ByteBuf bytes) {
        byte[] frame = partial;
        if (frame == null && bytes.readableBytes() >= HEADER_BYTES) {
            int length = bytes.getUnsignedShort(bytes.readerIndex());
            if (length > MAX_FRAME_BYTES) {
                refuse();
                return;
            }
            if (bytes.readableBytes() >= HEADER_BYTES + length) {
                byte[] data = loop.scratch();
                bytes.skipBytes(HEADER_BYTES).readBytes(data, 0, length);
                deliver(data, 0, length);
                return;
            }
        }
        if (frame == null) {
            frame = new byte[HEADER_BYTES + MAX_FRAME_BYTES];
            partial = frame;
            have = 0;
        }
        int wanted = have < HEADER_BYTES ? HEADER_BYTES : HEADER_BYTES + length(frame);
        int more = Math.min(wanted - have, bytes.readableBytes());
        bytes.readBytes(frame, have, more);
        have += more;
        if (have >= HEADER_BYTES && length(frame) > MAX_FRAME_BYTES) {
            refuse();
            return;
        }
        if (have >= HEADER_BYTES && have == HEADER_BYTES + length(frame)) {
            partial = null;
            deliver(frame, HEADER_BYTES, have - HEADER_BYTES);
        }
    }

    private static int length(byte[] frame) {
        return (frame[0] & 0xff) << 8 | frame[1] & 0xff;
    }

    private void deliver(byte[] data, int offset, int length) {
        if (length > 0) {
            guarded(() -> port.listener().onDatagram(data, offset, length, this, loop.nowNs()));
        }
    }

    private void refuse() {
        port.onMalformed();
        closed = true;
        closeNow();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (reading) {
            reading = false;
            guarded(() -> port.listener().onTurnEnd(loop.nowNs()));
            loop.endTurn();
        }
    }

    @Override
    public void send(byte[] data, int offset, int length) {
        loop.requireInLoop();
        ByteBuf waiting = queued;
        ChannelOutboundBuffer leaving = channel.unsafe().outboundBuffer();
        // It has none from when the channel closes, by a reset too, which is before we are told.
        if (closed || leaving == null || length > 0xffff) {
            return;
        }
        long room = MAX_PENDING_BYTES - leaving.totalPendingWriteBytes();
        if (room < length + HEADER_BYTES + (waiting == null ? 0 : waiting.readableBytes())) {
            port.onDropped();
            return;
        }
        if (waiting == null) {
            waiting = channel.alloc().directBuffer(HEADER_BYTES + length);
            queued = waiting;
        }
        waiting.writeShort(length).writeBytes(data, offset, length);
        if (!dirty) {
            dirty = true;
            loop.flushAtTurnEnd(this);
        }
        loop.onQueued(length);
    }

    @Override
    public void flush() {
        ByteBuf waiting = queued;
        queued = null;
        if (waiting != null) {
            Future<?> unused = channel.writeAndFlush(waiting); // releases it, whatever becomes of it
        }
    }

    @Override
    public void onTurnEnd() {
        dirty = false;
        flush();
    }

    @Override
    public void close() {
        if (!closed) {
            flush();
            closed = true;
            Future<?> last = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            if (!last.isDone()) {
                Future<?> unused = channel.eventLoop().schedule(this::closeNow, LINGER_SECONDS, TimeUnit.SECONDS);
            }
        }
    }

    private void closeNow() {
        Future<?> unused = channel.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closed = true;
        ByteBuf waiting = queued;
        queued = null;
        if (waiting != null) {
            waiting.release();
        }
        port.onGone(this);
        if (!port.isClosed()) {
            guarded(() -> port.listener().onClosed(this, loop.nowNs()));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        closeNow(); // reset by the peer
    }

    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (Throwable bug) {
            loop.report(bug);
        }
    }

    @Override
    public String toString() {
        return AddressText.of(remote) + "/tcp";
    }
}
