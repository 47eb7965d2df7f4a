/* send-frames DEVICE COUNT PER-SECOND [BYTES [BATCH]]: numbered UDP frames into a device, evenly spaced, for the benchmarks. With BATCH as many
   frames go with one system call, past the queueing discipline, and the spaces are between batches: for rates that single calls do not reach.
   Says the rate that was reached. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { MOST = 64 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void make(unsigned char *frame, int length)
{
    static const unsigned char head[] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45};
    memset(frame, 0, (size_t)length);
    memcpy(frame, head, sizeof head);
    frame[16] = (unsigned char)((length - 14) >> 8), frame[17] = (unsigned char)(length - 14);
    frame[22] = 64, frame[23] = 17;
    memcpy(frame + 26, "\x0a\0\0\1\x0a\0\0\2\x03\xe8\x07\xd0", 12);
    frame[38] = (unsigned char)((length - 34) >> 8), frame[39] = (unsigned char)(length - 34);
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    static unsigned char frames[MOST][1514];
    static struct mmsghdr messages[MOST];
    static struct iovec parts[MOST];
    int length = argc > 4 ? atoi(argv[4]) : 60, count = atoi(argv[2]), batch = argc > 5 ? atoi(argv[5]) : 1, one = 1;
    double gap = 1.0 / atof(argv[3]);
    int fd = socket(AF_PACKET, SOCK_RAW, 0);
    struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(argv[1])};
    if (fd < 0 || length < 60 || length > 1514 || batch < 1 || batch > MOST || bind(fd, (struct sockaddr *)&to, sizeof to)) {
        perror("send-frames");
        return 1;
    }
    if (batch > 1)
        setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one);
    for (int i = 0; i < batch; i++) {
        make(frames[i], length);
        parts[i] = (struct iovec){frames[i], (size_t)length};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
    }
    double start = now();
    for (int i = 0; i < count; i += batch) {
        int these = count - i < batch ? count - i : batch;
        for (int k = 0; k < these; k++) {
            unsigned int number = htonl((unsigned int)(i + k));
            memcpy(frames[k] + 42, &number, 4);
        }
        while (now() < start + i * gap)
            ;
        if (sendmmsg(fd, messages, (unsigned int)these, 0) != these) {
            perror("send-frames");
            return 1;
        }
    }
    printf("%.0f frames/s\n", count / (now() - start));
    return 0;
}
