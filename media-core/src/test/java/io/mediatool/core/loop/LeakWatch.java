package io.mediatool.core.loop;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class whose buffers were collected without having been released. Works in the leak run, which starts the
 * tests with {@code -Dio.netty.leakDetection.level=paranoid}; does nothing otherwise.
 */
public final class LeakWatch implements BeforeAllCallback, AfterAllCallback {
    private static final int COLLECTIONS = 4;
    private final ConcurrentLinkedQueue<String> leaks = new ConcurrentLinkedQueue<>();

    static boolean on() {
        return ResourceLeakDetector.getLevel() == ResourceLeakDetector.Level.PARANOID;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (on()) {
            ByteBufUtil.setLeakListener((type, records) -> leaks.add(type + " " + records));
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (on()) {
            List<String> found = collect();
            ByteBufUtil.setLeakListener(null);
            if (!found.isEmpty()) {
                throw new AssertionError(found.size() + " leaked buffers, the first: " + found.get(0));
            }
        }
    }

    /** The detector finds what the collector found; each allocation makes it look. */
    List<String> collect() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            System.runFinalization();
            PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
        }
        return List.copyOf(leaks);
    }
}
