/* make-capture FILE MIB FLOWS: a pcap of TCP conversations (handshake, data both ways, now and then a segment twice, FIN), and some UDP.
   Headers are whole; IP checksums are right, TCP's are 0 as on a device that computes them later. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct flow { uint32_t client, server, seq[2]; uint16_t port; int step; };

static unsigned char frame[16 + 1514];
static uint64_t clock_us = 1700000000ull * 1000000, seed = 42;

static uint32_t rnd(void) { seed = seed * 6364136223846793005ull + 1442695040888963407ull; return (uint32_t)(seed >> 33); }
static void be16(unsigned char *p, unsigned v) { p[0] = (unsigned char)(v >> 8); p[1] = (unsigned char)v; }
static void be32(unsigned char *p, uint32_t v) { be16(p, v >> 16); be16(p + 2, v & 0xffff); }

static long put(FILE *f, struct flow *c, int back, int udp, int flags, unsigned payload)
{
    unsigned char *e = frame + 16, *ip = e + 14, *t = ip + 20;
    unsigned head = udp ? 8 : 20, total = 20 + head + payload, length = 14 + total < 60 ? 60 : 14 + total;
    memset(e, 0, 14 + 20 + head);
    memcpy(e, back ? "\2\0\0\0\0\1\2\0\0\0\0\2\10" : "\2\0\0\0\0\2\2\0\0\0\0\1\10", 13);
    ip[0] = 0x45; be16(ip + 2, total); ip[6] = 0x40; ip[8] = 64; ip[9] = udp ? 17 : 6;
    be32(ip + 12, back ? c->server : c->client); be32(ip + 16, back ? c->client : c->server);
    uint32_t sum = 0;
    for (int i = 0; i < 20; i += 2) sum += (uint32_t)(ip[i] << 8 | ip[i + 1]);
    be16(ip + 10, ~((sum >> 16) + (sum & 0xffff)) & 0xffff);
    unsigned service = udp ? 5000 : 443;
    be16(t, back ? service : c->port); be16(t + 2, back ? c->port : service);
    if (udp) {
        be16(t + 4, 8 + payload);
    } else {
        be32(t + 4, c->seq[back]); be32(t + 8, flags == 2 ? 0 : c->seq[!back]);
        t[12] = 0x50; t[13] = (unsigned char)flags; be16(t + 14, 64240);
    }
    clock_us += 1 + rnd() % 20;
    uint32_t h[4] = {(uint32_t)(clock_us / 1000000), (uint32_t)(clock_us % 1000000), length, length};
    memcpy(frame, h, 16);
    fwrite(frame, 1, 16 + length, f);
    return 16 + (long)length;
}

int main(int argc, char **argv)
{
    if (argc < 4) return 2;
    long limit = atol(argv[2]) << 20, written = 24;
    int flows = atoi(argv[3]);
    struct flow *all = calloc((size_t)flows, sizeof *all);
    FILE *f = fopen(argv[1], "wb");
    if (!f || !all) return 1;
    uint32_t head[6] = {0xa1b2c3d4, 4 << 16 | 2, 0, 0, 262144, 1};
    fwrite(head, 1, 24, f);
    for (int i = 0; i < flows; i++) {
        all[i] = (struct flow){0x0a000000u + (uint32_t)i % 5000, 0xc0a80000u + (uint32_t)i % 300, {rnd(), rnd()}, (uint16_t)(1024 + i % 60000), 0};
    }
    while (written < limit) {
        struct flow *c = all + rnd() % (unsigned)flows;
        for (int burst = 1 + (int)(rnd() % 6); burst-- && written < limit;) {
            unsigned size = rnd() % 10 < 5 ? 1460 : rnd() % 200;
            int back = rnd() % 3 != 0;
            if (c->port % 20 == 0) { written += put(f, c, back, 1, 0, size < 1460 ? size : 1200); continue; }
            switch (c->step) {
                case 0: written += put(f, c, 0, 0, 2, 0); c->seq[0]++; c->step++; break;
                case 1: written += put(f, c, 1, 0, 18, 0); c->seq[1]++; c->step++; break;
                case 2: written += put(f, c, 0, 0, 16, 0); c->step++; break;
                default:
                    written += put(f, c, back, 0, 24, size);
                    if (rnd() % 1000 == 0) written += put(f, c, back, 0, 24, size);
                    c->seq[back] += size;
                    if (rnd() % 2) written += put(f, c, !back, 0, 16, 0);
            }
        }
    }
    return fclose(f) ? 1 : 0;
}
