#!/usr/bin/python3
"""A WHIP publisher and a WHEP viewer of a third stack: aiortc, WebRTC written in Python, over OpenSSL, libsrtp, libvpx and FFmpeg.

    aiortc-peer.py publish CODEC URL [bare]     publishes test cards (VP8 or H264) and a tone until told to stop
    aiortc-peer.py watch CODEC URL [bare]       prints "picture N WIDTHxHEIGHT MS" for each test card that it sees, and when, and
                                                "sound PEAK HZ" for each second of sound, PEAK in decibels below the loudest

"bare" makes its offer that of the smallest of clients: no header extensions, no retransmissions, no SSRCs, no candidates, a fingerprint
by SHA-384 only, and the server has to begin the DTLS handshake.
Ends and deletes its session when its standard input ends.
"""
import asyncio
import fractions
import math
import re
import sys
import time

import numpy
from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame, VideoFrame
from peers import FPS, HEIGHT, WIDTH, card, delete, number_of, post, say

RATE = 48_000
SAMPLES = RATE // 50
TONE_HZ = 440


class Paced(MediaStreamTrack):
    """Frames at an even pace; what comes late comes at once."""

    def __init__(self, per_second):
        super().__init__()
        self.per_second = per_second
        self.count = 0
        self.began = None

    async def recv(self):
        if self.readyState != "live":
            raise MediaStreamError
        if self.began is None:
            self.began = time.monotonic()
        await asyncio.sleep(self.began + self.count / self.per_second - time.monotonic())
        self.count += 1
        return self.frame(self.count)


class Cards(Paced):
    kind = "video"

    def __init__(self):
        super().__init__(FPS)

    def frame(self, count):
        planes = numpy.frombuffer(card(count & 0xFFFF), numpy.uint8).reshape(HEIGHT * 3 // 2, WIDTH)
        frame = VideoFrame.from_ndarray(planes, "yuv420p")
        frame.time_base = fractions.Fraction(1, 90_000)
        frame.pts = count * 90_000 // FPS
        return frame


class Tone(Paced):
    kind = "audio"

    def __init__(self):
        super().__init__(RATE // SAMPLES)

    def frame(self, count):
        at = numpy.arange(count * SAMPLES, (count + 1) * SAMPLES)
        wave = (0.2 * 32767 * numpy.sin(2 * math.pi * TONE_HZ / RATE * at)).astype(numpy.int16)
        frame = AudioFrame.from_ndarray(wave.reshape(1, -1), "s16", "mono")
        frame.sample_rate = RATE
        frame.time_base = fractions.Fraction(1, RATE)
        frame.pts = count * SAMPLES
        return frame


async def see(track):
    while True:
        frame = await track.recv()
        luma = frame.planes[0]
        number = number_of(bytes(luma), frame.width, frame.height, luma.line_size)
        say("picture", number, f"{frame.width}x{frame.height}", int(time.monotonic() * 1000))


async def hear(track):
    heard = []
    while True:
        frame = await track.recv()
        both = numpy.frombuffer(bytes(frame.planes[0]), numpy.int16)[: 2 * frame.samples]
        heard.extend(both[::2])
        if len(heard) >= RATE:
            say("sound", *described(numpy.array(heard[:RATE], numpy.int32)))
            heard = heard[RATE:]


def described(second):
    """The peak of a second of sound in decibels, and how often it swings."""
    peak = int(abs(second).max())
    swings = 0
    up = False
    for sample in second.tolist():
        if up and sample < -peak / 4:
            up = False
        elif not up and sample > peak / 4:
            up = True
            swings += 1
    return round(20 * math.log10(max(peak, 1) / 32768), 1), swings


async def perceive(track):
    try:
        await (see if track.kind == "video" else hear)(track)
    except MediaStreamError:
        say("ended", track.kind)


def bared(offer, connection):
    """The same offer with less."""
    certificate = connection._RTCPeerConnection__certificates[0]  # this version tells its SHA-256 alone
    kept = [
        line
        for line in offer.split("\r\n")
        if not re.match("a=(extmap|ssrc|ssrc-group|candidate|end-of-candidates|fingerprint)\\b", line)
    ]
    fingerprint = "a=fingerprint:sha-384 " + certificate._cert.digest("sha384").decode()
    return "\r\n".join(kept).replace("a=setup:actpass", fingerprint + "\r\na=setup:passive")


def prefer(transceiver, codec, bare):
    wanted = [f"video/{codec}"] + ([] if bare else ["video/rtx"])
    capabilities = RTCRtpSender.getCapabilities("video").codecs
    transceiver.setCodecPreferences([each for each in capabilities if each.mimeType in wanted])


async def main():
    role, codec, url = sys.argv[1:4]
    bare = "bare" in sys.argv[4:]
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    connection.on("connectionstatechange", lambda: say("state", connection.connectionState))
    if role == "publish":
        connection.addTransceiver(Tone(), "sendonly")
        prefer(connection.addTransceiver(Cards(), "sendonly"), codec, bare)
    else:
        connection.on("track", lambda track: asyncio.ensure_future(perceive(track)))
        connection.addTransceiver("audio", "recvonly")
        prefer(connection.addTransceiver("video", "recvonly"), codec, bare)
    await connection.setLocalDescription(await connection.createOffer())
    offer = connection.localDescription.sdp
    session, answer = post(url, bared(offer, connection) if bare else offer, "aiortc-peer")
    if session:
        await connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        say("opened", session)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        delete(session)
    await connection.close()


asyncio.run(main())
