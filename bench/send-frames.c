/* send-frames DEVICE COUNT PER-SECOND [BYTES]: numbered UDP frames into a device, evenly spaced; for the benchmarks. */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    unsigned char frame[1514] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45};
    int length = argc > 4 ? atoi(argv[4]) : 60, count = atoi(argv[2]);
    double gap = 1.0 / atof(argv[3]);
    int fd = socket(AF_PACKET, SOCK_RAW, 0);
    struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(argv[1])};
    if (fd < 0 || length < 60 || length > 1514 || bind(fd, (struct sockaddr *)&to, sizeof to)) {
        perror("send-frames");
        return 1;
    }
    frame[16] = (unsigned char)((length - 14) >> 8), frame[17] = (unsigned char)(length - 14);
    frame[22] = 64, frame[23] = 17;
    memcpy(frame + 26, "\x0a\0\0\1\x0a\0\0\2\x03\xe8\x07\xd0", 12);
    frame[38] = (unsigned char)((length - 34) >> 8), frame[39] = (unsigned char)(length - 34);
    double start = now();
    for (int i = 0; i < count; i++) {
        unsigned int number = htonl((unsigned int)i);
        memcpy(frame + 42, &number, 4);
        while (now() < start + i * gap)
            ;
        if (send(fd, frame, (size_t)length, 0) != length) {
            perror("send-frames");
            return 1;
        }
    }
    return 0;
}
