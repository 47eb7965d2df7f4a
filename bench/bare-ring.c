/* bare-ring DEVICE FILE [MIB]: the least that a capture can do: a TPACKET_V3 ring, each packet's pcap record copied into a buffer, the buffer
   written. For bench/capture-rate. Ends on SIGINT or SIGTERM; says packets and drops. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static volatile sig_atomic_t stopped;
static void stop(int number)
{
    (void)number;
    stopped = 1;
}

enum { BLOCK = 1 << 18, BUFFER = 1 << 18 };
static unsigned char buffer[BUFFER];

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    int fd = socket(AF_PACKET, SOCK_RAW, 0), version = TPACKET_V3;
    size_t size = (size_t)(argc > 3 ? atoi(argv[3]) : 64) << 20;
    struct tpacket_req3 ring = {.tp_block_size = BLOCK, .tp_block_nr = (unsigned int)(size / BLOCK), .tp_frame_size = 2048,
        .tp_frame_nr = (unsigned int)(size / 2048), .tp_retire_blk_tov = 40};
    struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = (int)if_nametoindex(argv[1])};
    if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version)
        || setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof ring)) {
        perror("bare-ring");
        return 1;
    }
    unsigned char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    int out = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (memory == MAP_FAILED || out < 0 || bind(fd, (struct sockaddr *)&at, sizeof at)) {
        perror("bare-ring");
        return 1;
    }
    struct sigaction act = {.sa_handler = stop};
    sigaction(SIGINT, &act, NULL);
    sigaction(SIGTERM, &act, NULL);
    uint32_t head[6] = {0xa1b23c4d, 0x00040002, 0, 0, 262144, 1};
    size_t used = sizeof head;
    memcpy(buffer, head, used);
    fprintf(stderr, "listening\n");
    unsigned long packets = 0;
    for (unsigned int block = 0, idle = 0; idle < 3;) {
        struct tpacket_block_desc *b = (void *)(memory + (size_t)block * BLOCK);
        if (!(__atomic_load_n(&b->hdr.bh1.block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER)) {
            if (used && write(out, buffer, used) != (ssize_t)used)
                return 1;
            used = 0;
            struct pollfd wait = {.fd = fd, .events = POLLIN};
            idle = poll(&wait, 1, 50) == 0 && stopped ? idle + 1 : 0;
            continue;
        }
        struct tpacket3_hdr *p = (void *)((unsigned char *)b + b->hdr.bh1.offset_to_first_pkt);
        for (uint32_t left = b->hdr.bh1.num_pkts; left; left--) {
            if (BUFFER - used < 16 + p->tp_snaplen) {
                if (write(out, buffer, used) != (ssize_t)used)
                    return 1;
                used = 0;
            }
            uint32_t record[4] = {p->tp_sec, p->tp_nsec, p->tp_snaplen, p->tp_len};
            memcpy(buffer + used, record, 16);
            memcpy(buffer + used + 16, (unsigned char *)p + p->tp_mac, p->tp_snaplen);
            used += 16 + p->tp_snaplen;
            packets++;
            p = (void *)((unsigned char *)p + p->tp_next_offset);
        }
        __atomic_store_n(&b->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
        block = (block + 1) % ring.tp_block_nr;
    }
    if (used && write(out, buffer, used) != (ssize_t)used)
        return 1;
    struct tpacket_stats_v3 counts;
    socklen_t length = sizeof counts;
    getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &counts, &length);
    fprintf(stderr, "%lu packets, %u dropped\n", packets, counts.tp_drops);
    return 0;
}
