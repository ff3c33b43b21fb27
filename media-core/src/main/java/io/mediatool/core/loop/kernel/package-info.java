/**
 * How datagrams meet the kernel: {@link io.mediatool.core.loop.kernel.DatagramPort} is one socket, by Netty's epoll or the JDK's
 * own channel; what it has yet to send, in as few system calls as possible (UDP GSO, sendmmsg); where what recvmmsg brings
 * lands; which interface a multicast group is joined on.
 *
 * <p>In the engine, of one loop's thread. Owns its direct buffers; reference counts are settled when a write is done.
 */
@NullMarked
package io.mediatool.core.loop.kernel;

import org.jspecify.annotations.NullMarked;
