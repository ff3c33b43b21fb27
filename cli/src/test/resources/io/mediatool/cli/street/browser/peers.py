"""What the peers of other stacks have in common: lines on standard output, test cards, and as much signalling as it takes."""
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request

WIDTH, HEIGHT, FPS = 320, 180, 15
COLUMNS = 24
SPEAKING = threading.Lock()


def say(*words):
    """A line, whole: print() writes a word at a time, and other threads theirs between."""
    with SPEAKING:
        sys.stdout.write(" ".join(map(str, words)) + "\n")
        sys.stdout.flush()


def columns(number):
    """The strip of a test card: which of its columns are light."""
    check = (number >> 12) ^ (number >> 8) ^ (number >> 4) ^ number ^ 0b0101
    bits = [1, 0] + [number >> bit & 1 for bit in range(15, -1, -1)] + [check >> bit & 1 for bit in range(3, -1, -1)]
    return [0x80] + [0xEB if bit else 0x10 for bit in bits] + [0x80]


def card(number):
    """An I420 picture with the strip at its bottom and a bar that moves."""
    strip = b"".join(
        bytes([light]) * ((i + 1) * WIDTH // COLUMNS - i * WIDTH // COLUMNS) for i, light in enumerate(columns(number))
    )
    bar = bytearray(b"\x50" * WIDTH)
    at = number * 4 % (WIDTH - 8)
    bar[at : at + 8] = b"\xd0" * 8
    rows = int(HEIGHT * 0.86)
    luma = bytes(bar) * rows + strip * (HEIGHT - rows)
    return luma + b"\x80" * (WIDTH * HEIGHT // 2)


def number_of(data, width, height, stride):
    """The number of a decoded test card, or None."""
    row = data[int(height * 0.925) * stride :][:width]
    light = [row[int((column + 0.5) * width / COLUMNS)] for column in range(COLUMNS)]
    if light[1] - light[2] < 80:
        return None
    middle = (light[1] + light[2]) / 2
    bits = 0
    for column in range(3, COLUMNS - 1):
        bits = bits * 2 + (light[column] > middle)
    number = bits >> 4
    check = ((number >> 12) ^ (number >> 8) ^ (number >> 4) ^ number ^ 0b0101) & 0xF
    return number if check == bits & 0xF else None


def post(url, offer, agent):
    """Opens a session: its address and the answer; None and None, said aloud, when it is refused."""
    request = urllib.request.Request(url, offer.encode(), {"Content-Type": "application/sdp", "User-Agent": agent})
    try:
        with urllib.request.urlopen(request) as response:
            return urllib.parse.urljoin(url, response.headers["Location"]), response.read().decode()
    except urllib.error.HTTPError as refused:
        say("refused", refused.code, refused.read().decode(), offer)
        return None, None


def delete(session):
    """Ends a session."""
    urllib.request.urlopen(urllib.request.Request(session, method="DELETE")).close()
