package io.mediatool.ingest.elementary;

/**
 * A PES packet without its header.
 *
 * @param data borrowed until the sink returns
 * @param offset where the payload begins
 * @param length payload bytes
 * @param pts 33 bits, or {@link ProgramClock#NONE}
 * @param dts 33 bits; equal to {@code pts} where none is given
 * @param holes where in the payload bytes are missing, ascending, each counted from its begin
 */
public record PesPacket(byte[] data, int offset, int length, long pts, long dts, int[] holes) {}
