package io.mediatool.ingest.mpegts;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.MalformedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A program map section (ISO/IEC 13818-1 §2.4.4.8), and the program association that leads to it (§2.4.4.3).
 *
 * @param pcrPid where the program's clock reference is
 * @param streams at most {@link TsDemuxer#MAX_STREAMS}
 */
record ProgramMap(int pcrPid, List<TsStream> streams) {
    private static final int LONG_HEADER_BYTES = 8;

    /** PMT PIDs by program number; the network PID (program 0) is left out. */
    static Map<Integer, Integer> readAssociation(byte[] section, int length) throws MalformedException {
        ByteReader reader = new ByteReader(section, 0, length);
        reader.skip(LONG_HEADER_BYTES);
        Map<Integer, Integer> programs = new LinkedHashMap<>();
        while (reader.remaining() >= 4 && programs.size() < TsDemuxer.MAX_PROGRAMS) {
            int program = reader.u16();
            int pid = reader.u16() & 0x1fff;
            if (program != 0) {
                programs.put(program, pid);
            }
        }
        return programs;
    }

    static ProgramMap read(byte[] section, int length) throws MalformedException {
        ByteReader reader = new ByteReader(section, 0, length);
        reader.skip(3);
        int program = reader.u16();
        reader.skip(3);
        int pcrPid = reader.u16() & 0x1fff;
        reader.skip(reader.u16() & 0x0fff);
        List<TsStream> streams = new ArrayList<>();
        while (reader.remaining() >= 5 && streams.size() < TsDemuxer.MAX_STREAMS) {
            int type = reader.u8();
            int pid = reader.u16() & 0x1fff;
            ByteReader descriptors = reader.slice(reader.u16() & 0x0fff);
            streams.add(StreamTypes.stream(pid, program, type, descriptors));
        }
        return new ProgramMap(pcrPid, streams);
    }
}
