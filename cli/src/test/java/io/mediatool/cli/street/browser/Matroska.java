package io.mediatool.cli.street.browser;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** As much of Matroska (RFC 9559) as it takes to have VP8 and Opus decoded by others at times that are exact to a microsecond. */
final class Matroska {
    private static final int PICTURES = 1;
    private static final int SOUND = 2;
    /** What an Opus decoder drops first: the encoder's look-ahead, by which everything in a packet is later than the packet. */
    private static final int PRE_SKIP = 312;

    private Matroska() {}

    /** A coded frame. */
    record Block(boolean isSound, long timeUs, boolean isKey, ByteBuffer data) {}

    static Path write(Path file, int width, int height, List<Block> blocks) throws IOException {
        byte[] head = element(
                0x1a45dfa3,
                element(0x4286, number(1)),
                element(0x42f7, number(1)),
                element(0x42f2, number(4)),
                element(0x42f3, number(8)),
                element(0x4282, text("matroska")),
                element(0x4287, number(4)),
                element(0x4285, number(2)));
        byte[] pictures = element(
                0xae,
                element(0xd7, number(PICTURES)),
                element(0x73c5, number(PICTURES)),
                element(0x83, number(1)),
                element(0x86, text("V_VP8")),
                element(0xe0, element(0xb0, number(width)), element(0xba, number(height))));
        byte[] sound = element(
                0xae,
                element(0xd7, number(SOUND)),
                element(0x73c5, number(SOUND)),
                element(0x83, number(2)),
                element(0x86, text("A_OPUS")),
                element(0x63a2, opusHead()),
                element(0x56aa, number(PRE_SKIP * 1_000_000_000L / 48_000)),
                element(0x56bb, number(80_000_000)),
                element(
                        0xe1,
                        element(0xb5, ByteBuffer.allocate(8).putDouble(48_000).array()),
                        element(0x9f, number(2))));
        var body = new ByteArrayOutputStream();
        body.writeBytes(element(0x1549a966, element(0x2ad7b1, number(1_000)), element(0x4d80, text("test"))));
        body.writeBytes(element(0x1654ae6b, pictures, sound));
        long zeroUs = blocks.stream().mapToLong(Block::timeUs).min().orElseThrow();
        blocks.stream()
                .sorted(Comparator.comparingLong(Block::timeUs))
                .forEach(block -> body.writeBytes(cluster(block, zeroUs)));
        try (var out = Files.newOutputStream(file)) {
            out.write(head);
            out.write(element(0x18538067, body.toByteArray()));
        }
        return file;
    }

    /** Each block has a cluster of its own: its 16 bits of relative time are too few for microseconds. */
    private static byte[] cluster(Block block, long zeroUs) {
        ByteBuffer simple = ByteBuffer.allocate(4 + block.data.remaining())
                .put((byte) (0x80 | (block.isSound ? SOUND : PICTURES)))
                .putShort((short) 0)
                .put((byte) (block.isKey ? 0x80 : 0))
                .put(block.data.duplicate());
        return element(0x1f43b675, element(0xe7, number(block.timeUs - zeroUs)), element(0xa3, simple.array()));
    }

    /** RFC 7845 §5.1. */
    private static byte[] opusHead() {
        return ByteBuffer.allocate(19)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(text("OpusHead"))
                .put((byte) 1)
                .put((byte) 2)
                .putShort((short) PRE_SKIP)
                .putInt(48_000)
                .array();
    }

    private static byte[] element(int id, byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (int shift = 24; shift >= 0; shift -= 8) {
            if (id >>> shift != 0) {
                out.write(id >>> shift);
            }
        }
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        out.writeBytes(ByteBuffer.allocate(8).putLong(1L << 56 | length).array());
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(8).putLong(value).array();
    }

    private static byte[] text(String value) {
        return value.getBytes(StandardCharsets.US_ASCII);
    }
}
