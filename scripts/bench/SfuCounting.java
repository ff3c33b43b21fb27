import io.mediatool.core.loop.DatagramListener;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.TcpListener;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.UdpSocket;
import java.io.IOException;
import java.net.InetSocketAddress;

/** The viewers' loop for one that does not decrypt: media is counted and goes no further. */
record SfuCounting(EventLoop loop, Runnable onRtp) implements EventLoop {
    @Override
    public UdpSocket bind(UdpBinding binding, DatagramListener listener) throws IOException {
        return loop.bind(binding, new DatagramListener() {
            @Override
            public void onDatagram(byte[] data, int offset, int length, InetSocketAddress remote, long nowNs) {
                boolean rtp = length > 1 && data[offset] < 0 && (data[offset + 1] & 0xe0) != 0xc0;
                if (rtp) {
                    onRtp.run();
                } else {
                    listener.onDatagram(data, offset, length, remote, nowNs);
                }
            }

            @Override
            public void onTurnEnd(long nowNs) {
                listener.onTurnEnd(nowNs);
            }
        });
    }

    @Override
    public TcpListener.Port listen(InetSocketAddress local, TcpListener listener) throws IOException {
        return loop.listen(local, listener);
    }

    @Override
    public long busyNs() {
        return loop.busyNs();
    }

    @Override
    public boolean inLoop() {
        return loop.inLoop();
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public void gather(long windowNs) {
        loop.gather(windowNs);
    }

    @Override
    public long nowNs() {
        return loop.nowNs();
    }

    @Override
    public Timer schedule(long deadlineNs, Task task) {
        return loop.schedule(deadlineNs, task);
    }

    @Override
    public void close() {}
}
