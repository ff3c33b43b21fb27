#!/usr/bin/python3
"""A WHIP publisher and a WHEP viewer of another stack: GStreamer's webrtcbin on libnice, with only as much signalling as it takes.

    gstreamer-peer.py publish CODEC URL     publishes test cards (VP8 or H264) and a tone until told to stop
    gstreamer-peer.py watch CODEC URL       prints "picture N WIDTHxHEIGHT MS" for each test card that it sees, and when, "sound PEAK" for the
                                            sound, "buffer ..." for each jitter buffer at the end

Ends and deletes its session when its standard input ends.
"""
import sys
import threading
import time

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402
from peers import FPS, HEIGHT, WIDTH, card, delete, number_of, post, say  # noqa: E402

ENCODERS = {
    "VP8": "vp8enc deadline=1 cpu-used=8 target-bitrate=300000 keyframe-max-dist=100000 ! rtpvp8pay picture-id-mode=15-bit",
    "H264": "x264enc tune=zerolatency speed-preset=ultrafast bitrate=300 key-int-max=100000 bframes=0 aud=false"
    " ! video/x-h264,profile=constrained-baseline ! rtph264pay config-interval=-1 aggregate-mode=zero-latency",
}
# What comes later than this after the packets before it counts as lost, so a busy machine must never stop everybody for so long.
LATENCY_MS = 1000
# As a sane client does: nothing is decoded that refers to what was lost.
WHOLE = "request-keyframe=true wait-for-keyframe=true"
DECODERS = {"VP8": f"rtpvp8depay {WHOLE} ! vp8dec", "H264": f"rtph264depay {WHOLE} ! avdec_h264"}


class Peer:
    def __init__(self, url, pipeline):
        self.url = url
        self.session = None
        self.buffers = []
        self.pipeline = pipeline
        self.webrtc = pipeline.get_by_name("w")
        self.webrtc.connect("notify::ice-gathering-state", self.on_gathering)
        self.webrtc.connect("notify::connection-state", self.on_state)

    def on_state(self, webrtc, _):
        say("state", webrtc.get_property("connection-state").value_nick)

    def offer(self):
        promise = Gst.Promise.new_with_change_func(self.on_offer)
        self.webrtc.emit("create-offer", None, promise)

    def on_offer(self, promise):
        reply = promise.get_reply()  # owns the offer: must outlive it
        offer = reply.get_value("offer")
        self.webrtc.emit("set-local-description", offer, Gst.Promise.new())

    def on_gathering(self, webrtc, _):
        if webrtc.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            threading.Thread(target=self.post, daemon=True).start()

    def post(self):
        offer = self.webrtc.get_property("local-description").sdp.as_text()
        self.session, answer = post(self.url, offer, "gstreamer-peer")
        if not self.session:
            return
        _, sdp = GstSdp.SDPMessage.new_from_text(answer)
        description = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, sdp)
        self.webrtc.emit("set-remote-description", description, Gst.Promise.new())
        say("opened", self.session)

    def close(self):
        for buffer in self.buffers:
            say("buffer", buffer.get_property("stats").to_string())
        if self.session:
            delete(self.session)
        self.pipeline.set_state(Gst.State.NULL)


def publisher(codec, url):
    pipeline = Gst.parse_launch(
        "webrtcbin name=w bundle-policy=max-bundle "
        f"appsrc name=cards is-live=true do-timestamp=true format=time caps=video/x-raw,format=I420,width={WIDTH},height={HEIGHT},framerate={FPS}/1"
        f" ! queue ! {ENCODERS[codec]} ! application/x-rtp,media=video,encoding-name={codec},payload=96 ! w. "
        "audiotestsrc is-live=true wave=sine freq=440 volume=0.2 ! audioconvert ! opusenc ! rtpopuspay"
        " ! application/x-rtp,media=audio,encoding-name=OPUS,payload=97 ! w."
    )
    peer = Peer(url, pipeline)
    for index in range(2):
        transceiver = peer.webrtc.emit("get-transceiver", index)
        transceiver.set_property("direction", GstWebRTC.WebRTCRTPTransceiverDirection.SENDONLY)
        transceiver.set_property("do-nack", True)
    peer.webrtc.connect("on-negotiation-needed", lambda _: peer.offer())
    cards = pipeline.get_by_name("cards")
    number = 0

    def push():
        nonlocal number
        number = (number + 1) & 0xFFFF
        cards.emit("push-buffer", Gst.Buffer.new_wrapped(card(number)))
        return True

    GLib.timeout_add(1000 // FPS, push)
    return peer


def viewer(codec, url):
    pipeline = Gst.Pipeline()
    pipeline.add(Gst.parse_launch(f"webrtcbin name=w bundle-policy=max-bundle latency={LATENCY_MS}"))
    peer = Peer(url, pipeline)
    for caps in (
        f"application/x-rtp,media=video,encoding-name={codec},clock-rate=90000,payload=96"
        + (",packetization-mode=(string)1,profile-level-id=(string)42e01f" if codec == "H264" else ""),
        "application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,payload=97",
    ):
        transceiver = peer.webrtc.emit(
            "add-transceiver", GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY, Gst.Caps.from_string(caps)
        )
        transceiver.set_property("do-nack", True)

    def on_picture(sink):
        sample = sink.emit("pull-sample")
        caps = sample.get_caps().get_structure(0)
        width, height = caps.get_value("width"), caps.get_value("height")
        buffer = sample.get_buffer()
        number = number_of(buffer.extract_dup(0, buffer.get_size()), width, height, (width + 3) & ~3)
        say("picture", number, f"{width}x{height}", int(time.monotonic() * 1000))
        return Gst.FlowReturn.OK

    def on_sound(_, message):
        structure = message.get_structure()
        if structure and structure.get_name() == "level":
            say("sound", structure.get_value("peak")[0])

    def on_pad(_, pad):
        if pad.direction != Gst.PadDirection.SRC:
            return
        if pad.get_current_caps().get_structure(0).get_value("media") == "video":
            chain = DECODERS[codec] + " ! videoconvert ! video/x-raw,format=I420 ! appsink name=sink emit-signals=true sync=false"
        else:
            chain = "rtpopusdepay ! opusdec ! audioconvert ! level interval=500000000 post-messages=true ! fakesink"
        chain = Gst.parse_bin_from_description(chain, True)
        sink = chain.get_by_name("sink")
        if sink:
            sink.connect("new-sample", on_picture)
        pipeline.add(chain)
        chain.sync_state_with_parent()
        pad.link(chain.get_static_pad("sink"))

    def on_element(_, __, element):
        if element.get_factory() and element.get_factory().get_name() == "rtpjitterbuffer":
            peer.buffers.append(element)

    peer.webrtc.connect("deep-element-added", on_element)
    bus = pipeline.get_bus()
    bus.add_signal_watch()
    bus.connect("message::element", on_sound)
    peer.webrtc.connect("pad-added", on_pad)
    peer.webrtc.connect("on-negotiation-needed", lambda _: peer.offer())
    return peer


def main():
    Gst.init(None)
    role, codec, url = sys.argv[1:]
    peer = {"publish": publisher, "watch": viewer}[role](codec, url)
    loop = GLib.MainLoop()

    def wait_for_end():
        sys.stdin.read()
        GLib.idle_add(loop.quit)

    threading.Thread(target=wait_for_end, daemon=True).start()
    peer.pipeline.set_state(Gst.State.PLAYING)
    loop.run()
    peer.close()


main()
