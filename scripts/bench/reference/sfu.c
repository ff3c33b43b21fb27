/* The baseline of sfu.sh: takes plain RTP, and for each viewer writes the SSRC anew, protects it with AEAD_AES_128_GCM under a key of the
 * viewer's own, and sends it.
 *   sfu libsrtp VIEWERS < ports   srtp_protect of the libsrtp2 at hand, sendto for each packet: the inner loop of the usual servers
 *   sfu openssl VIEWERS < ports   OpenSSL's AES-GCM in libsrtp's place (Debian builds its libsrtp2 on NSS, which is slower)
 *   sfu gso VIEWERS < ports       OpenSSL, and packets of one size for one viewer in one sendmsg with UDP_SEGMENT
 * Prints the port it listens on. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/udp.h>
#include <openssl/evp.h>
#include <srtp2/srtp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

enum { HEADER = 12, TAG = 16, BATCH = 32, SIZE = 1536 };

struct viewer {
    struct sockaddr_in to;
    uint32_t ssrc;
    uint32_t roc[2]; /* by kind: one sequence for audio, one for video */
    uint16_t last[2];
    unsigned char salt[12];
    EVP_CIPHER_CTX *evp;
    srtp_t srtp;
};

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void open_viewer(struct viewer *v, int number, int libsrtp) {
    unsigned char key[28];
    for (size_t i = 0; i < sizeof key; i++) key[i] = number * 31 + i;
    v->ssrc = number * 256;
    if (libsrtp) {
        srtp_policy_t policy = {0};
        srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
        srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
        policy.ssrc.type = ssrc_any_outbound;
        policy.key = key;
        policy.window_size = 1024;
        if (srtp_create(&v->srtp, &policy)) die("srtp_create");
    } else {
        memcpy(v->salt, key + 16, 12);
        v->evp = EVP_CIPHER_CTX_new();
        if (!EVP_EncryptInit_ex(v->evp, EVP_aes_128_gcm(), NULL, key, NULL)) die("EVP");
    }
}

static int protect(struct viewer *v, unsigned char *packet, int size) {
    if (v->srtp) {
        int length = size;
        return srtp_protect(v->srtp, packet, &length) ? -1 : length;
    }
    unsigned char iv[12] = {0};
    int kind = (packet[1] & 0x7f) == 96, n;
    uint16_t sequence = packet[2] << 8 | packet[3];
    if (sequence < 100 && v->last[kind] > 65000) v->roc[kind]++;
    v->last[kind] = sequence;
    uint32_t roc = htonl(v->roc[kind]);
    memcpy(iv + 2, packet + 8, 4);
    memcpy(iv + 6, &roc, 4);
    memcpy(iv + 10, packet + 2, 2);
    for (int i = 0; i < 12; i++) iv[i] ^= v->salt[i]; /* RFC 7714 §8.1 */
    EVP_EncryptInit_ex(v->evp, NULL, NULL, NULL, iv);
    EVP_EncryptUpdate(v->evp, NULL, &n, packet, HEADER);
    EVP_EncryptUpdate(v->evp, packet + HEADER, &n, packet + HEADER, size - HEADER);
    EVP_EncryptFinal_ex(v->evp, packet + size, &n);
    EVP_CIPHER_CTX_ctrl(v->evp, EVP_CTRL_GCM_GET_TAG, TAG, packet + size);
    return size + TAG;
}

static int make(struct viewer *v, unsigned char *out, const unsigned char *packet, int size) {
    uint32_t ssrc = htonl(v->ssrc + (packet[1] & 0x7f));
    memcpy(out, packet, size);
    memcpy(out + 8, &ssrc, 4);
    return protect(v, out, size);
}

/* count packets of step bytes, the last perhaps shorter */
static void send_run(int out, struct viewer *v, unsigned char *data, int bytes, int count, int step) {
    struct iovec iov = {data, bytes};
    char control[CMSG_SPACE(sizeof(uint16_t))] = {0};
    struct msghdr message = {.msg_name = &v->to, .msg_namelen = sizeof v->to, .msg_iov = &iov, .msg_iovlen = 1};
    if (count > 1) {
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        struct cmsghdr *c = CMSG_FIRSTHDR(&message);
        c->cmsg_level = IPPROTO_UDP;
        c->cmsg_type = UDP_SEGMENT;
        c->cmsg_len = CMSG_LEN(sizeof(uint16_t));
        *(uint16_t *)CMSG_DATA(c) = step;
    }
    sendmsg(out, &message, 0);
}

static void forward_gso(int out, struct viewer *v, struct mmsghdr *in, int packets) {
    static unsigned char data[BATCH * SIZE];
    int bytes = 0, count = 0, step = 0, last = 0;
    for (int i = 0; i < packets; i++) {
        int size = in[i].msg_len + TAG;
        if (count > 0 && (last < step || size > step)) {
            send_run(out, v, data, bytes, count, step);
            bytes = count = 0;
        }
        if (count == 0) step = size;
        last = make(v, data + bytes, in[i].msg_hdr.msg_iov->iov_base, in[i].msg_len);
        bytes += last;
        count++;
    }
    send_run(out, v, data, bytes, count, step);
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    int libsrtp = !strcmp(argv[1], "libsrtp"), gso = !strcmp(argv[1], "gso"), viewers = atoi(argv[2]), port, buffer = 4 << 20;
    struct viewer *viewer = calloc(viewers, sizeof *viewer);
    if (libsrtp && srtp_init()) die("srtp_init");
    for (int i = 0; i < viewers; i++) {
        if (scanf("%d", &port) != 1) return 1;
        viewer[i].to = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        open_viewer(&viewer[i], i + 1, libsrtp);
    }
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof a;
    if (bind(s, (struct sockaddr *)&a, sizeof a) || getsockname(s, (struct sockaddr *)&a, &length)) die("bind");
    setsockopt(s, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    setsockopt(s, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    printf("%d\n", ntohs(a.sin_port));
    fclose(stdout);

    static unsigned char packets[BATCH][SIZE], copy[SIZE];
    struct iovec iov[BATCH];
    struct mmsghdr in[BATCH] = {0};
    for (int i = 0; i < BATCH; i++) {
        iov[i] = (struct iovec){packets[i], SIZE - 64};
        in[i].msg_hdr.msg_iov = &iov[i];
        in[i].msg_hdr.msg_iovlen = 1;
    }
    for (;;) {
        int n = recvmmsg(s, in, gso ? BATCH : 1, MSG_WAITFORONE, NULL);
        for (int v = 0; v < viewers && n > 0; v++) {
            if (gso) {
                forward_gso(s, &viewer[v], in, n);
                continue;
            }
            int size = make(&viewer[v], copy, packets[0], in[0].msg_len);
            if (size > 0) sendto(s, copy, size, 0, (struct sockaddr *)&viewer[v].to, sizeof viewer[v].to);
        }
    }
}
