/* The baseline of forward.sh: the inner loop of a plain forwarder in C. For each packet and each viewer it writes the RTP
 * header anew and calls sendto. Prints nanoseconds of thread CPU per forwarded packet.
 * Usage: forward VIEWERS BURST BURSTS PAYLOAD_BYTES */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

static double cpu_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    int viewers = atoi(argv[1]), burst = atoi(argv[2]), bursts = atoi(argv[3]), size = atoi(argv[4]);
    struct sockaddr_in *to = calloc(viewers, sizeof *to);
    int buffer = 1 << 20, out = socket(AF_INET, SOCK_DGRAM, 0);
    setsockopt(out, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    for (int i = 0; i < viewers; i++) {
        /* Bound and never read: delivery costs the sender the same as to a busy viewer, until the buffer is full. */
        int sink = socket(AF_INET, SOCK_DGRAM, 0);
        socklen_t length = sizeof to[i];
        int small = 4096;
        setsockopt(sink, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
        to[i].sin_family = AF_INET;
        to[i].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (bind(sink, (struct sockaddr *)&to[i], sizeof to[i])) return 1;
        getsockname(sink, (struct sockaddr *)&to[i], &length);
    }
    unsigned char packet[2048] = {0x80, 96}, payload[2048] = {0};
    uint16_t sequence = 0;
    long sent = 0;
    double start = cpu_ns();
    for (int b = 0; b < bursts; b++)
        for (int p = 0; p < burst; p++, sequence++)
            for (int v = 0; v < viewers; v++) {
                uint16_t s = htons(sequence + v);
                uint32_t t = htonl(b * 3000), ssrc = htonl(v);
                memcpy(packet + 2, &s, 2);
                memcpy(packet + 4, &t, 4);
                memcpy(packet + 8, &ssrc, 4);
                memcpy(packet + 12, payload, size - 12);
                if (sendto(out, packet, size, 0, (struct sockaddr *)&to[v], sizeof to[v]) == size) sent++;
            }
    printf("%.0f\n", (cpu_ns() - start) / sent);
    return 0;
}
