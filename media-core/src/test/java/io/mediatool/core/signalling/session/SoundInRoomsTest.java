package io.mediatool.core.signalling.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.audio.AudioDecoder;
import io.mediatool.core.audio.Sines;
import io.mediatool.core.audio.aac.AacSines;
import io.mediatool.core.audio.catalog.AudioCatalog;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.Packetizer;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.aac.AudioSpecificConfig;
import io.mediatool.core.codec.catalog.CodecCatalog;
import io.mediatool.core.loop.FakeNetwork.Link;
import io.mediatool.core.rtcp.SenderReport;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.Room;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sound that viewers cannot take as it comes is made into what they can, once for all of them. */
final class SoundInRoomsTest {
    private static final long MS = SfuStage.MS;
    private static final long S = SfuStage.S;
    private static final int RATE = 44_100;

    private final AacSines sines = AacSines.stereo();
    private final SfuStage stage;
    private final Room room;
    private IncomingStream stream;
    private IncomingStreamTrack track;
    private long sent;
    private boolean silent;

    SoundInRoomsTest() throws IOException {
        stage = new SfuStage(41, Link.PERFECT.withDelay(10 * MS, 0));
        room = stage.server.room("room");
        stream = room.publish("film");
        track = stream.addTrack(
                MediaKind.AUDIO, List.of(CodecCatalog.of(Codec.AAC).formatOf(sines.config(), 97)));
    }

    private void publish(RtpFormat format) {
        stream = room.publish("film");
        track = stream.addTrack(MediaKind.AUDIO, List.of(format));
    }

    /** A file that is played: a frame each 1024 samples, a sender report at its beginning. */
    private void play() {
        RtpFormat format = track.source().formats().get(0);
        Packetizer packetizer = CodecCatalog.of(Codec.AAC).packetizer(format, 1_200);
        track.source().onSenderReport(7, 1_000L << 32, 0, stage.loop.nowNs());
        next(packetizer, format, stage.loop.nowNs());
    }

    private void next(Packetizer packetizer, RtpFormat format, long nowNs) {
        byte[] frame = sines.frames().get((int) (sent % sines.frames().size()));
        if (!silent) {
            try {
                packetizer.packetize(
                        new MediaFrame(frame, sent * 1_024, 1_024, true, sines.config(), false),
                        (data, offset, length, marker, ahead) -> {
                            byte[] bytes = new byte[RtpPacket.HEADER_BYTES + length];
                            RtpPacket.writeHeader(bytes, 0, marker, format.payloadType(), (int) sent, sent * 1_024, 7);
                            System.arraycopy(data, offset, bytes, RtpPacket.HEADER_BYTES, length);
                            try {
                                track.source().onRtp(RtpPacket.of(bytes, 0, bytes.length), nowNs);
                            } catch (MalformedException e) {
                                throw new AssertionError(e);
                            }
                        });
            } catch (MalformedException e) {
                throw new AssertionError(e);
            }
        }
        sent++;
        if (!track.source().isEnded()) {
            stage.loop.schedule(nowNs + 1_024 * S / RATE, later -> next(packetizer, format, later));
        }
    }

    private SfuClient watch() throws IOException {
        SfuClient viewer = new SfuClient(stage);
        String offer = viewer.watchOffer(true);
        viewer.begin(stage.soon(stage.door.watch(stage.request("film", offer))));
        return viewer;
    }

    @Test
    void aacIsMadeOpusOnceForAllWhoWatch() throws IOException, MalformedException {
        SfuClient first = watch();
        SfuClient second = watch();
        assertTrue(
                first.session().answer().contains("opus/48000/2"),
                first.session().answer());
        stage.run(S);
        play();
        stage.run(5 * S);
        SfuClient third = watch();
        stage.run(5 * S);
        assertEquals(1, track.renditions().running().size());
        RoomReport report = SfuStage.get(stage.door.rooms()).get(0);
        SessionReport.Track made = report.streams().get(0).tracks().get(1);
        assertEquals("mp4a.40.2", made.transcodedFrom());
        assertEquals(10 * RATE / 1_024, made.counters().get("framesIn"), 5, "one decoder for three");
        assertEquals(10 * 50, made.counters().get("framesOut"), 8);
        assertEquals(0, made.counters().get("framesDropped"));
        for (SfuClient viewer : List.of(first, second, third)) {
            assertHeard(viewer, viewer == third ? 240 : 490);
            SessionReport session = SfuStage.get(viewer.session().report());
            assertEquals("mp4a.40.2", session.tracks().get(0).transcodedFrom());
            assertEquals("opus", session.tracks().get(0).codec());
        }
        assertEquals(List.of(), stage.bugs);
    }

    /** Each packet follows the one before, and is to be heard when the frames that it was made of were: by the sender reports. */
    private void assertHeard(SfuClient viewer, int least) throws MalformedException {
        List<Received.Part> parts = new ArrayList<>(viewer.audio().parts.values());
        assertTrue(parts.size() >= least, parts.size() + " packets");
        for (int i = 1; i < parts.size(); i++) {
            assertEquals(960, parts.get(i).timestamp() - parts.get(i - 1).timestamp());
        }
        SenderReport last = viewer.senderReports.get(viewer.senderReports.size() - 1);
        double sourceSeconds = (last.ntpTime() - (1_000L << 32)) / (double) (1L << 32);
        Received.Part part = parts.get(parts.size() - 1);
        double heardAt = sourceSeconds + ((int) part.timestamp() - (int) last.rtpTimestamp()) / 48_000.0;
        double sentUntil = sent * 1_024.0 / RATE;
        assertTrue(heardAt <= sentUntil && heardAt > sentUntil - 0.09, heardAt + " s of " + sentUntil + " s");
    }

    @Test
    void itEndsALittleAfterTheLastOneHasGoneAndBeginsAgain() throws IOException {
        SfuClient viewer = watch();
        stage.run(S);
        play();
        stage.run(2 * S);
        viewer.session().close();
        stage.run(4 * S);
        assertEquals(1, track.renditions().running().size(), "who comes back soon finds it running");
        stage.run(2 * S);
        assertEquals(0, track.renditions().running().size());
        SfuClient again = watch();
        stage.run(3 * S);
        assertTrue(again.audio().parts.size() > 100, "" + again.audio().parts.size());
        room.unpublish(stream);
        stage.run(S);
        assertEquals(0, track.renditions().running().size());
        assertEquals(List.of(), stage.bugs);
    }

    /** Ten seconds without sound are ten seconds in the viewer's timestamps, and no lost packets. */
    @Test
    void aPauseStaysAPause() throws IOException {
        SfuClient viewer = watch();
        stage.run(S);
        play();
        stage.run(3 * S);
        silent = true;
        stage.run(10 * S);
        silent = false;
        stage.run(3 * S);
        List<Long> sequences = new ArrayList<>(viewer.audio().parts.keySet());
        List<Received.Part> parts = new ArrayList<>(viewer.audio().parts.values());
        assertEquals(sequences.size() - 1, sequences.get(sequences.size() - 1) - sequences.get(0));
        long longest = 0;
        for (int i = 1; i < parts.size(); i++) {
            longest = Math.max(
                    longest, parts.get(i).timestamp() - parts.get(i - 1).timestamp());
        }
        assertEquals(10 * 48_000, longest, 2_000);
        long total = parts.get(parts.size() - 1).timestamp() - parts.get(0).timestamp();
        assertEquals(16 * 48_000, total, 5_000);
    }

    /** Whoever comes next under the name may send something else. */
    @Test
    void anotherPublisherIsHeardAsItComes() throws IOException {
        SfuClient viewer = watch();
        stage.run(S);
        play();
        stage.run(2 * S);
        SfuClient publisher = stage.publish("film", SfuClient.Sends.USUAL);
        stage.run(S);
        publisher.send();
        stage.run(3 * S);
        SessionReport session = SfuStage.get(viewer.session().report());
        assertNull(session.tracks().get(0).transcodedFrom());
        assertTrue(viewer.audio().parts.size() > 200, "" + viewer.audio().parts.size());
        assertEquals(List.of(), stage.bugs);
    }

    @Test
    void opusIsMadePcmForThoseWhoTakeNothingElse() throws IOException, MalformedException {
        publish(RtpFormat.of(Codec.OPUS, 111));
        SfuClient viewer = new SfuClient(stage);
        String offer = viewer.watchOffer(true)
                .replace("SAVPF 111\r\n", "SAVPF 8\r\n")
                .replaceAll("a=[a-z-]+:111 [^\r]*\r\n", "")
                .replace("m=video", "a=rtpmap:8 PCMA/8000\r\nm=video");
        Session session = stage.soon(stage.door.watch(stage.request("film", offer)));
        assertTrue(session.answer().contains("PCMA/8000"), session.answer());
        viewer.begin(session);
        stage.run(S);
        AudioDecoder pcma = AudioCatalog.decoder(DecoderConfig.audio(Codec.PCMA, new byte[0], 8_000, 1));
        float[] heard = new float[40_000];
        int[] length = {0};
        assertEquals(1, track.renditions().running().size());
        IncomingStreamTrack made = track.renditions().running().get(0).track();
        made.source().addListener(new Collected(pcma, heard, length));
        var encoder = AudioCatalog.encoder(Codec.OPUS, 2);
        for (int i = 0; i < 100; i++) {
            float[] plane = Sines.sine(440, 0.4, 48_000, i / 50.0, 960);
            byte[] frame = encoder.encode(new float[][] {plane, plane});
            byte[] bytes = new byte[RtpPacket.HEADER_BYTES + frame.length];
            RtpPacket.writeHeader(bytes, 0, i == 0, 111, i, 960L * i, 9);
            System.arraycopy(frame, 0, bytes, RtpPacket.HEADER_BYTES, frame.length);
            track.source().onRtp(RtpPacket.of(bytes, 0, bytes.length), stage.loop.nowNs());
            stage.run(20 * MS);
        }
        assertTrue(length[0] > 14_000, length[0] + " samples");
        float[] middle = Arrays.copyOfRange(heard, 4_000, 12_000);
        assertEquals(0.4, Sines.amplitude(middle, 440, 8_000), 0.03);
        assertTrue(Sines.snr(middle, 440, 8_000) > 25, "SNR " + Sines.snr(middle, 440, 8_000));
    }

    private record Collected(AudioDecoder decoder, float[] heard, int[] length)
            implements RtpIncomingSourceGroup.Listener {
        @Override
        public void onRtp(RtpIncomingSourceGroup of, RtpPacket packet, long number, long timestamp, long nowNs) {
            try {
                float[] plane = decoder.decode(packet.payload()).planes()[0];
                System.arraycopy(plane, 0, heard, length[0], plane.length);
                length[0] += plane.length;
            } catch (MalformedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void onEnded(RtpIncomingSourceGroup of, long nowNs) {}
    }

    @Test
    void whatCannotBeMadeIsSaid() throws IOException {
        publish(RtpFormat.of(Codec.OPUS, 111));
        SfuClient viewer = new SfuClient(stage);
        String wantsAac = viewer.watchOffer(true).replace("opus/48000/2", "mpeg4-generic/48000/2");
        String line = String.valueOf(SfuStage.refusal(stage.door.watch(stage.request("film", wantsAac)))
                .getMessage());
        assertTrue(line.contains("no encoder for AAC"), line);
        DecoderConfig main = AudioSpecificConfigs.main();
        publish(CodecCatalog.of(Codec.AAC).formatOf(main, 97));
        String refused =
                String.valueOf(SfuStage.refusal(stage.door.watch(stage.request("film", viewer.watchOffer(true))))
                        .getMessage());
        assertTrue(refused.contains("object type 1"), refused);
        assertNotNull(track.renditions().refusal());
    }

    private static final class AudioSpecificConfigs {
        static DecoderConfig main() {
            return DecoderConfig.audio(Codec.AAC, AudioSpecificConfig.write(1, 44_100, 2), 44_100, 2);
        }
    }
}
