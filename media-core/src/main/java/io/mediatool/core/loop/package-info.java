/**
 * The engine: event loops, UDP sockets, TCP connections that carry datagrams, timers. The only room with a monotonic clock and sockets.
 *
 * <p>Below every floor. Each {@link io.mediatool.core.loop.EventLoop} is one thread; what it calls runs on that thread and
 * must not block.
 */
@NullMarked
package io.mediatool.core.loop;

import org.jspecify.annotations.NullMarked;
