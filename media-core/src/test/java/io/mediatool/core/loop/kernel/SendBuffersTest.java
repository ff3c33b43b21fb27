package io.mediatool.core.loop.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.loop.LeakWatch;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakWatch.class)
final class SendBuffersTest {
    private final SendBuffers buffers = new SendBuffers();

    @AfterEach
    void close() {
        buffers.close();
    }

    @Test
    void theOneThatWasGivenBackLastComesFirst() {
        ByteBuf one = buffers.take(100);
        ByteBuf two = buffers.take(100);
        one.writeZero(50);
        buffers.give(two);
        buffers.give(one);
        assertSame(one, buffers.take(80));
        assertEquals(0, one.readableBytes());
        buffers.give(one);
    }

    @Test
    void oneThatIsTooShortGivesWayToALongerOne() {
        ByteBuf small = buffers.take(100);
        buffers.give(small);
        ByteBuf large = buffers.take(5_000);
        assertNotSame(small, large);
        assertTrue(large.capacity() >= 5_000);
        assertEquals(0, small.refCnt());
        buffers.give(large);
        assertSame(large, buffers.take(100));
        buffers.give(large);
    }

    @Test
    void whatIsVeryLongOrStillReadOrTooMuchIsNotKept() {
        ByteBuf huge = buffers.take(60_000);
        buffers.give(huge);
        assertEquals(0, huge.refCnt());
        ByteBuf read = buffers.take(100).retain();
        buffers.give(read);
        assertEquals(1, read.refCnt());
        ByteBuf other = buffers.take(100);
        assertNotSame(read, other);
        buffers.give(other);
        read.release();
        List<ByteBuf> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            many.add(buffers.take(100));
        }
        many.forEach(buffers::give);
        assertEquals(64, many.stream().filter(each -> each.refCnt() > 0).count());
    }

    @Test
    void afterTheEndNothingIsKept() {
        ByteBuf late = buffers.take(100);
        buffers.give(buffers.take(100));
        buffers.close();
        buffers.give(late);
        assertEquals(0, late.refCnt());
    }
}
