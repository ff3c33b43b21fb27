"""works.py URL PID DIRECTORY, for works.sh: orders the works by REST, pushes with ffmpeg, compares every file with what was sent."""
import bisect
import collections
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

URL, PID, DIRECTORY = sys.argv[1], int(sys.argv[2]), sys.argv[3]
ROOMS, EACH = 10, 2  # pushes, and players, of a room
MEDIA = DIRECTORY + "/media"
APART_S = 0.02
START_S = 0.1


def rest(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + "/api/v1/rooms/" + path, data, {"Content-Type": "application/json"} if data else {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        sys.exit(f"{method} {path}: {refused.read().decode()}")


def is_free(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports():
    """For picture and sound with their RTCP, one after the other."""
    return (port for port in range(20_000, 32_000, 4) if all(is_free(port + i) for i in range(4)))


def push(clip, port, *options):
    to, out = "rtp://127.0.0.1:%d?pkt_size=1200", ["-c", "copy", "-avoid_negative_ts", "disabled", "-rtpflags", "send_bye", "-f", "rtp"]
    return ["ffmpeg", "-nostdin", "-v", "error", "-re", *options, "-i", clip, "-map", "0:v", *out, to % port, "-map", "0:a", *out, to % (port + 2)]


def descriptions(clip, port):
    """What pushes to any port say of themselves; asked for before anybody listens."""
    path = DIRECTORY + "/push.sdp"
    subprocess.run(push(clip, port, "-t", "0.1") + ["-sdp_file", path], check=True, stdout=subprocess.DEVNULL)
    with open(path) as file:
        text = file.read()
    return lambda other: text.replace(f"video {port} ", f"video {other} ").replace(f"audio {port + 2} ", f"audio {other + 2} ")


def sent_aac(clip, port):
    """How many AAC frames a push of a clip holds: FFmpeg's packetizer keeps those that fill no packet to itself when it ends."""
    count, done = 0, threading.Event()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink:
        sink.bind(("127.0.0.1", port))
        sink.settimeout(0.2)
        command = ["ffmpeg", "-nostdin", "-v", "error", "-readrate", "30", "-i", clip, "-map", "0:a", "-c", "copy", "-f", "rtp"]
        sender = threading.Thread(target=lambda: (subprocess.run([*command, f"rtp://127.0.0.1:{port}?pkt_size=1200"], stdout=subprocess.DEVNULL), done.set()))
        sender.start()
        while True:
            try:
                packet = sink.recv(2048)
                count += int.from_bytes(packet[12:14], "big") // 16  # AU-headers-length in bits, 16 a frame (RFC 3640 section 3.2.1)
            except TimeoutError:
                if done.is_set():
                    break
        sender.join()
    return count


def frames(path):
    """For each track its frames, as (hash, time), in order; pictures first."""
    lines = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", "packet=codec_type,stream_index,dts_time,data_hash", "-show_data_hash", "md5", "-of", "json", path],
        check=True, capture_output=True).stdout
    tracks = collections.defaultdict(list)
    for packet in json.loads(lines)["packets"]:
        tracks[packet["codec_type"] == "audio", packet["stream_index"]].append((packet["data_hash"], float(packet["dts_time"])))
    return [tracks[key] for key in sorted(tracks)]


def hashes(track):
    return tuple(each[0] for each in track)


def cpu_s():
    total = 0
    for task in os.listdir(f"/proc/{PID}/task"):
        try:
            with open(f"/proc/{PID}/task/{task}/schedstat") as file:
                total += int(file.read().split()[0])
        except OSError:
            pass  # it has ended
    return total / 1e9


def peak_rss_mb():
    with open(f"/proc/{PID}/status") as file:
        return next(int(line.split()[1]) // 1024 for line in file if line.startswith("VmHWM"))


def kernel_drops():
    """Of the UDP sockets of the server."""
    inodes = set()
    for descriptor in os.listdir(f"/proc/{PID}/fd"):
        try:
            target = os.readlink(f"/proc/{PID}/fd/{descriptor}")
        except OSError:
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    drops = 0
    for table in ("/proc/net/udp", "/proc/net/udp6"):
        with open(table) as file:
            drops += sum(int(row[12]) for row in map(str.split, list(file)[1:]) if row[9] in inodes)
    return drops


def compare(path, wanted):
    """
    How many frames of `wanted`, streams of picture and sound, are missing or too many in the file, and how far its sound is from its picture at worst.
    """
    found, wrong, apart = frames(path), 0, 0.0
    for stream in wanted:
        shifts = []
        for track in stream:
            closest = max(found, key=lambda each: len(set(hashes(each)) & set(hashes(track))), default=[])
            if closest:
                found.remove(closest)
            difference = collections.Counter(hashes(closest))
            difference.subtract(collections.Counter(hashes(track)))
            disorder = hashes(closest) != hashes(track)
            wrong += max(disorder, sum(abs(count) for count in difference.values()))
            shifts.append([(sent[1], got[1] - sent[1]) for got, sent in zip(closest, track)])
        apart = max(apart, farthest(*shifts))
    return wrong + sum(len(track) for track in found), apart


def farthest(picture, sound):
    """Each picture is where the sound before it, or the one after it, is."""
    times = [each[0] for each in sound]
    worst = 0.0
    for at, shift in picture:
        i = bisect.bisect(times, at)
        near = sound[max(0, i - 1):i + 1]
        worst = max(worst, min((abs(shift - other) for _, other in near), default=0))
    return worst


def main():
    ports, senders, recordings, players = free_ports(), [], [], []
    described = [descriptions(f"{DIRECTORY}/push/{i}.mp4", next(ports)) for i in range(EACH)]
    aac = sent_aac(f"{DIRECTORY}/push/1.mp4", next(ports))
    for room in range(ROOMS):
        for i in range(EACH):
            port = next(ports)
            rest("POST", f"room-{room}/ingests", {"stream": f"push-{i}", "sdp": described[i](port)})
            senders.append(push(f"{DIRECTORY}/push/{i}.mp4", port))
        for stream in [f"{kind}-{i}" for kind in ("push", "play") for i in range(EACH)]:
            recordings.append(rest("POST", f"room-{room}/recordings", {"streams": [stream], "file": "{room}-{stream}.mp4"}))
        recordings.append(rest("POST", f"room-{room}/recordings", {"file": "{room}-all.mp4"}))
    pushes = []
    for sender in senders:
        # FFmpeg's two outputs say by their sender reports that they began at once: so they do if nobody else begins beside them.
        time.sleep(START_S)
        pushes.append(subprocess.Popen(sender, stdout=subprocess.DEVNULL))
    for room in range(ROOMS):
        for i in range(EACH):
            players.append(rest("POST", f"room-{room}/players", {"file": f"play-{i}.mp4", "stream": f"play-{i}"}))
    start, before = time.monotonic(), cpu_s()
    ended = [each.wait() for each in pushes[:1]]
    cores = (cpu_s() - before) / (time.monotonic() - start)
    ended += [each.wait() for each in pushes]
    while any(rest("GET", f"{each['room']}/players/{each['id']}")["state"] != "ended" for each in players):
        time.sleep(0.2)
    time.sleep(3)  # recorders wait for what is missing
    drops, seen = kernel_drops(), []
    for room in range(ROOMS):
        seen += [port["seen"] for ingest in rest("GET", f"room-{room}/ingests")["ingests"] for port in ingest["ports"]]
    takes = [take for each in recordings for take in rest("DELETE", f"{each['room']}/recordings/{each['id']}")["takes"]]
    lost = sum(track["lost"] for take in takes for track in take["tracks"])
    left_out = sum(track["droppedFrames"] + track["damagedFrames"] for take in takes for track in take["tracks"])
    clips = {}
    for i in range(EACH):
        clips[f"push-{i}"] = frames(f"{DIRECTORY}/push/{i}.mp4")
        clips[f"play-{i}"] = frames(f"{MEDIA}/play-{i}.mp4")
    del clips["push-1"][1][aac:]
    wrong, files, total, apart = 0, 0, 0, {}
    for take in takes:
        for name in take["files"]:
            wanted = [clips[take["stream"]]] if "stream" in take else list(clips.values())
            one = compare(f"{MEDIA}/{name}", wanted)
            if one[0]:
                print(f"{name}: {one[0]} frames are missing or too many")
            wrong, files, apart[name] = wrong + one[0], files + 1, one[1]
            total += sum(len(track) for stream in wanted for track in stream)
    worst = max(apart, key=apart.get)
    print(f"{len(pushes)} pushes, {len(players)} players, {len(recordings)} recordings in {files} files: {total} frames, {wrong} missing or too many, "
          f"sound and picture at most {apart[worst] * 1000:.1f} ms apart ({worst}); {lost} packets lost, {left_out} frames left out, {drops} datagrams dropped by the kernel; "
          f"{cores:.2f} cores, peak RSS {peak_rss_mb()} MB")
    trouble = [line for line in seen if "dropped" in line or "lost" in line]
    print("\n".join(trouble[:5]), end="\n" if trouble else "")
    good = files == len(recordings) and wrong + lost + left_out + drops == 0 and apart[worst] <= APART_S and not any(ended)
    sys.exit(0 if good else 1)


main()
