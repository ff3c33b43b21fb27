package io.mediatool.core.loop;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Several loops that take turns on one {@link VirtualEventLoop}: what belongs to one of them and is touched on another is found out,
 * although there is but one thread. Outside of {@link VirtualEventLoop#advanceTo} no lane is the present one.
 */
public final class VirtualLanes {
    private final VirtualEventLoop loop;
    private @Nullable Lane current;

    public VirtualLanes(VirtualEventLoop loop) {
        this.loop = loop;
    }

    /** One more. */
    public EventLoop open() {
        return new Lane();
    }

    private void on(Lane lane, Runnable task) {
        Lane before = current;
        current = lane;
        try {
            task.run();
        } finally {
            current = before;
        }
    }

    private final class Lane implements EventLoop {
        private void requireInLane() {
            if (current != this) {
                throw new IllegalStateException("on another loop");
            }
        }

        @Override
        public boolean inLoop() {
            return current == this;
        }

        @Override
        public long nowNs() {
            requireInLane();
            return loop.nowNs();
        }

        @Override
        public long busyNs() {
            return loop.busyNs();
        }

        @Override
        public Timer schedule(long deadlineNs, Task task) {
            requireInLane();
            return loop.schedule(deadlineNs, nowNs -> on(this, () -> task.run(nowNs)));
        }

        @Override
        public void execute(Runnable task) {
            loop.execute(() -> on(this, task));
        }

        @Override
        public UdpSocket bind(UdpBinding binding, DatagramListener listener) throws IOException {
            return new Checked(loop.bind(binding, new DatagramListener() {
                @Override
                public void onDatagram(byte[] data, int offset, int length, InetSocketAddress remote, long nowNs) {
                    on(Lane.this, () -> listener.onDatagram(data, offset, length, remote, nowNs));
                }

                @Override
                public void onTurnEnd(long nowNs) {
                    on(Lane.this, () -> listener.onTurnEnd(nowNs));
                }
            }));
        }

        @Override
        public TcpListener.Port listen(InetSocketAddress local, TcpListener listener) throws IOException {
            return loop.listen(local, listener);
        }

        @Override
        public void gather(long windowNs) {
            loop.gather(windowNs);
        }

        @Override
        public void close() {}

        /** A socket that only its lane may use. */
        private final class Checked implements UdpSocket {
            private final UdpSocket socket;

            Checked(UdpSocket socket) {
                this.socket = socket;
            }

            @Override
            public InetSocketAddress localAddress() {
                return socket.localAddress();
            }

            @Override
            public void send(byte[] data, int offset, int length, InetSocketAddress remote) {
                requireInLane();
                socket.send(data, offset, length, remote);
            }

            @Override
            public void flush() {
                requireInLane();
                socket.flush();
            }

            @Override
            public int receiveBufferBytes() {
                return socket.receiveBufferBytes();
            }

            @Override
            public Stats stats() {
                requireInLane();
                return socket.stats();
            }

            @Override
            public long unsent(InetSocketAddress remote) {
                requireInLane();
                return socket.unsent(remote);
            }

            @Override
            public void close() {
                socket.close();
            }
        }
    }
}
