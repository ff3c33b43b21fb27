/* What forward.sh needs besides mediatool:
 *   forward sinks COUNT                        binds COUNT pairs of ports that nobody reads, prints the first of each, waits to be ended
 *   forward relay VIEWERS < ports              the baseline: receives RTP, writes the header anew for each viewer, calls sendto.
 *                                              Prints the port it listens on
 *   forward drive PPS BURST SECONDS BYTES PORT…  sends RTP to the ports: frames of BURST packets, PPS packets a second */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct sockaddr_in loopback(int port) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return a;
}

static int bound(int port) {
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in a = loopback(port);
    if (bind(s, (struct sockaddr *)&a, sizeof a)) {
        close(s);
        return -1;
    }
    return s;
}

static int port_of(int s) {
    struct sockaddr_in a;
    socklen_t length = sizeof a;
    getsockname(s, (struct sockaddr *)&a, &length);
    return ntohs(a.sin_port);
}

/* Delivery to a full buffer costs the sender the same as to a busy viewer. */
static int sinks(int count) {
    int small = 4096;
    for (int port = 20000; count > 0 && port < 65000; port += 2) {
        int rtp = bound(port), rtcp = bound(port + 1);
        if (rtp < 0 || rtcp < 0) {
            if (rtp >= 0) close(rtp);
            if (rtcp >= 0) close(rtcp);
            continue;
        }
        setsockopt(rtp, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
        setsockopt(rtcp, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
        printf("%d\n", port);
        count--;
    }
    fflush(stdout);
    fclose(stdout);
    return count > 0 ? 1 : pause();
}

static int relay(int viewers) {
    struct sockaddr_in *to = calloc(viewers, sizeof *to);
    int buffer = 4 << 20, port;
    for (int i = 0; i < viewers; i++) {
        if (scanf("%d", &port) != 1) return 1;
        to[i] = loopback(port);
    }
    int in = bound(0), out = bound(0);
    setsockopt(in, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    setsockopt(out, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    printf("%d\n", port_of(in));
    fclose(stdout);
    unsigned char packet[2048], copy[2048];
    for (;;) {
        int size = recv(in, packet, sizeof packet, 0);
        for (int v = 0; v < viewers && size >= 12; v++) {
            uint32_t ssrc = htonl(v);
            memcpy(copy, packet, size);
            memcpy(copy + 8, &ssrc, 4);
            sendto(out, copy, size, 0, (struct sockaddr *)&to[v], sizeof to[v]);
        }
    }
}

static int drive(int pps, int burst, int seconds, int size, char **ports, int count) {
    unsigned char packet[2048] = {0x80};
    uint16_t sequence = 0;
    struct timespec next;
    int out = bound(0);
    clock_gettime(CLOCK_MONOTONIC, &next);
    long interval = 1000000000L * burst / pps;
    for (long frame = 0; frame * interval < seconds * 1000000000L; frame++) {
        for (int b = 0; b < burst; b++, sequence++) {
            uint16_t s = htons(sequence);
            uint32_t t = htonl(frame * (90000L * burst / pps)), ssrc = htonl(4711);
            packet[1] = 96 | (b == burst - 1 ? 0x80 : 0);
            memcpy(packet + 2, &s, 2);
            memcpy(packet + 4, &t, 4);
            memcpy(packet + 8, &ssrc, 4);
            for (int p = 0; p < count; p++) {
                struct sockaddr_in to = loopback(atoi(ports[p]));
                sendto(out, packet, size, 0, (struct sockaddr *)&to, sizeof to);
            }
        }
        next.tv_nsec += interval;
        next.tv_sec += next.tv_nsec / 1000000000L;
        next.tv_nsec %= 1000000000L;
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
    }
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 3 && !strcmp(argv[1], "sinks")) return sinks(atoi(argv[2]));
    if (argc == 3 && !strcmp(argv[1], "relay")) return relay(atoi(argv[2]));
    if (argc > 6 && !strcmp(argv[1], "drive"))
        return drive(atoi(argv[2]), atoi(argv[3]), atoi(argv[4]), atoi(argv[5]), argv + 6, argc - 6);
    return 2;
}
