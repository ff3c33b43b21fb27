/**
 * How datagrams meet the kernel: what one socket has yet to send, in as few system calls as possible (UDP GSO, sendmmsg); where
 * what recvmmsg brings lands; which interface a multicast group is joined on.
 *
 * <p>In the engine, of one loop's thread. Owns its direct buffers; reference counts are settled when a write is done.
 */
@NullMarked
package io.mediatool.core.loop.kernel;

import org.jspecify.annotations.NullMarked;
