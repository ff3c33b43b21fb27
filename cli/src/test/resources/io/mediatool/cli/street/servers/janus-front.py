#!/usr/bin/python3
"""WHIP and WHEP in front of a real Janus, whose VideoRoom plugin does all the work: a room for each stream.

    janus-front.py HTTPPORT JANUSPORT DIRECTORY     starts Janus, too

POST /whip/NAME joins and publishes. POST /whep/NAME subscribes: there Janus makes the offer, which is told with 406 and answered by PATCH
(draft-ietf-wish-whep, 4.2); 409 while nothing is published. PATCH of a fragment trickles. DELETE ends; with a publisher go its viewers. Says what happens on standard output, a line each.
"""
import glob
import http.server
import itertools
import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

SDP, FRAGMENT = "application/sdp", "application/trickle-ice-sdpfrag"
PLUGIN = "janus.plugin.videoroom"
TAG = '"1"'
SPEAKING = threading.Lock()
SESSIONS = {}
ROOMS = {}
NUMBERS = itertools.count(1)


def say(*words):
    with SPEAKING:
        print(*words, flush=True)


class Refused(Exception):
    """An HTTP status and why."""


class Janus:
    """The HTTP transport of Janus: each peer has a session of its own, and so its events for itself."""

    def __init__(self, port, directory):
        self.url = f"http://127.0.0.1:{port}/janus"
        plugins = os.path.dirname(glob.glob("/usr/lib/*/janus/plugins/libjanus_videoroom.so")[0])
        transports = plugins.replace("plugins", "transports")

        def others(where, kept):
            return ",".join(os.path.basename(each) for each in glob.glob(where + "/libjanus_*.so") if kept not in each)

        files = {
            "janus.jcfg": f"""
                general: {{ plugins_folder = "{plugins}" transports_folder = "{transports}" debug_level = 6 session_timeout = 0 }}
                media: {{ ipv6 = false min_nack_queue = 1000 }}
                plugins: {{ disable = "{others(plugins, "videoroom")}" }}
                transports: {{ disable = "{others(transports, "_http")}" }}""",
            "janus.transport.http.jcfg": f"""
                general: {{ json = "compact" base_path = "/janus" http = true port = {port} ip = "127.0.0.1" https = false }}""",
            "janus.plugin.videoroom.jcfg": "",
        }
        for name, text in files.items():
            with open(os.path.join(directory, name), "w") as file:
                file.write(text)
        self.process = subprocess.Popen(["janus", "-F", directory], stdout=open(os.path.join(directory, "janus.log"), "wb"), stderr=subprocess.STDOUT)
        while True:
            try:
                info = self.send("/info")
                break
            except urllib.error.URLError:
                if self.process.poll() is not None:
                    sys.exit("janus has ended")
                time.sleep(0.1)
        say("janus", info["version_string"])

    def send(self, path, message=None, timeout=60):
        data = None
        if message is not None:
            data = json.dumps(dict(message, transaction=str(next(NUMBERS)))).encode()
        with urllib.request.urlopen(self.url + path, data, timeout) as response:
            answer = json.load(response)
        if isinstance(answer, dict) and answer.get("janus") == "error":
            raise Refused(500, json.dumps(answer))
        return answer


class Peer:
    """One PeerConnection of Janus."""

    def __init__(self, janus, kind, name):
        self.janus, self.kind, self.name = janus, kind, name
        self.id = os.urandom(16).hex()
        self.path = "/" + str(janus.send("", {"janus": "create"})["data"]["id"])
        self.handle = self.path + "/" + str(janus.send(self.path, {"janus": "attach", "plugin": PLUGIN})["data"]["id"])
        self.events = {}
        self.condition = threading.Condition()
        self.up = self.over = self.answered = False
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while not self.over:
            try:
                event = self.janus.send(self.path + "?maxev=1")
            except (urllib.error.URLError, Refused, OSError):
                return
            for each in event if isinstance(event, list) else [event]:
                self.hear(each)

    def hear(self, event):
        with self.condition:
            if event["janus"] == "webrtcup":
                self.up = True
            if event["janus"] in ("webrtcup", "hangup", "slowlink", "media"):
                say(self.name, self.kind, event["janus"], *(str(event[key]) for key in ("reason", "type", "receiving", "lost") if key in event))
            if "transaction" in event:
                self.events[event["transaction"]] = event
            self.condition.notify_all()

    def ask(self, body, jsep=None):
        """Asks the plugin, and waits for its word."""
        transaction = f"{self.id}-{next(NUMBERS)}"
        message = {"janus": "message", "body": body, "transaction": transaction}
        if jsep:
            message["jsep"] = jsep
        request = urllib.request.Request(self.janus.url + self.handle, json.dumps(message).encode())
        with urllib.request.urlopen(request, timeout=60) as response:
            event = json.load(response)
        if event["janus"] == "ack":
            with self.condition:
                if not self.condition.wait_for(lambda: transaction in self.events, 30):
                    raise Refused(504, "janus says nothing")
                event = self.events.pop(transaction)
        data = event.get("plugindata", {}).get("data", {})
        if event["janus"] == "error" or "error" in data:
            raise Refused(400, json.dumps(event))
        return data, event.get("jsep")

    def trickle(self, candidate):
        self.janus.send(self.handle, {"janus": "trickle", "candidate": candidate})

    def end(self):
        self.over = True
        say(self.name, self.kind, "ends")
        try:
            self.janus.send(self.path, {"janus": "destroy"})
        except (urllib.error.URLError, Refused):
            pass


class Front(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    janus = None

    def log_message(self, *_):
        pass

    def reply(self, status, text="", kind=SDP, **headers):
        body = text.encode()
        self.send_response(status)
        if body:
            self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def guarded(self, what):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        try:
            what(body)
        except Refused as refused:
            status, reason = refused.args
            say("refused", status, reason)
            self.reply(status, reason, "text/plain", **({"Retry_After": "1"} if status == 409 else {}))

    def do_POST(self):
        self.guarded(self.post)

    def do_PATCH(self):
        self.guarded(self.patch)

    def do_DELETE(self):
        self.guarded(self.delete)

    def post(self, offer):
        words = self.path.split("?")[0].strip("/").split("/")
        if len(words) != 2 or words[0] not in ("whip", "whep"):
            raise Refused(404, "no such door")
        {"whip": self.publish, "whep": self.watch}[words[0]](words[1], offer)

    def publish(self, name, offer):
        if name in ROOMS:
            raise Refused(409, "somebody publishes " + name)
        peer = Peer(self.janus, "publisher", name)
        room = next(NUMBERS)
        codecs = {"audiocodec": "opus", "videocodec": "h264,vp8"}
        peer.ask({"request": "create", "room": room, "publishers": 2, "bitrate": 0, **codecs})
        data, answer = peer.ask({"request": "joinandconfigure", "ptype": "publisher", "room": room}, {"type": "offer", "sdp": offer})
        ROOMS[name] = (room, data["id"], peer)
        self.created(201, peer, answer["sdp"])

    def watch(self, name, _):
        room, feed, publisher = ROOMS.get(name, (None, None, None))
        if not publisher or not publisher.up:
            raise Refused(409, "nothing is published as " + name)
        peer = Peer(self.janus, "viewer", name)
        _, offer = peer.ask({"request": "join", "ptype": "subscriber", "room": room, "streams": [{"feed": feed}]})
        self.created(406, peer, offer["sdp"])

    def created(self, status, peer, sdp):
        SESSIONS[peer.id] = peer
        self.reply(status, sdp, Location="/session/" + peer.id, ETag=TAG)

    def session(self):
        peer = SESSIONS.get(self.path.rsplit("/", 1)[-1])
        if not peer:
            raise Refused(404, "no such session")
        return peer

    def patch(self, body):
        peer = self.session()
        kind = self.headers.get("Content-Type")
        if kind == SDP and peer.kind == "viewer" and not peer.answered:
            peer.ask({"request": "start"}, {"type": "answer", "sdp": body})
            peer.answered = True
            self.reply(204)
        elif kind != FRAGMENT:
            raise Refused(415, "what is that?")
        elif "If-Match" not in self.headers:
            raise Refused(428, "If-Match is missing")
        elif self.headers["If-Match"] == "*":
            raise Refused(422, "ICE is not restarted here")
        elif self.headers["If-Match"] != TAG:
            raise Refused(412, "not that generation")
        else:
            self.trickle(peer, body)

    def trickle(self, peer, body):
        mid = re.search(r"^a=mid:(.*?)\r?$", body, re.M).group(1)
        for line in re.findall(r"^a=(candidate:.*?)\r?$", body, re.M):
            say(peer.name, "trickled", line)
            peer.trickle({"candidate": line, "sdpMid": mid, "sdpMLineIndex": 0})
        self.reply(204)

    def delete(self, _):
        peer = self.session()
        del SESSIONS[peer.id]
        peer.end()
        if peer.kind == "publisher":
            del ROOMS[peer.name]
            for viewer in [each for each in SESSIONS.values() if each.name == peer.name]:
                del SESSIONS[viewer.id]
                viewer.end()
        self.reply(200)


def main():
    port, janus, directory = sys.argv[1:4]
    Front.janus = Janus(janus, directory)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Front)
    server.daemon_threads = True
    say("listening")
    server.serve_forever()


main()
