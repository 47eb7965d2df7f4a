/* make-hops FILE MIB HOPS: a pcapng as `plumb capture --path` writes it, 320 bytes of each packet: TCP and UDP of 200 flows, each packet at
   every hop some microseconds later (the last hop inside VXLAN), one in 2000 lost on each leg. In the order of time. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SNAP 320
#define WAITING 4096

struct packet { uint64_t time; int hop; unsigned wire, kept; unsigned char data[SNAP]; };

static struct packet *heap[WAITING];
static int waiting;
static uint64_t seed = 42;
static long written;

static uint32_t rnd(void) { seed = seed * 6364136223846793005ull + 1442695040888963407ull; return (uint32_t)(seed >> 33); }
static void be16(unsigned char *p, unsigned v) { p[0] = (unsigned char)(v >> 8); p[1] = (unsigned char)v; }
static void be32(unsigned char *p, uint32_t v) { be16(p, v >> 16); be16(p + 2, v & 0xffff); }

static void block(FILE *f, uint32_t type, const void *body, uint32_t length)
{
    uint32_t total = 12 + ((length + 3) & ~3u), zero = 0;
    fwrite(&type, 4, 1, f); fwrite(&total, 4, 1, f);
    fwrite(body, 1, length, f); fwrite(&zero, 1, ((length + 3) & ~3u) - length, f);
    fwrite(&total, 4, 1, f);
    written += total;
}

static void interface(FILE *f, const char *name)
{
    unsigned char body[64] = {1, 0, 0, 0, 64, 1, 0, 0};
    unsigned at = 8, length = (unsigned)strlen(name);
    body[at] = 2; body[at + 2] = (unsigned char)length; memcpy(body + at + 4, name, length); at += 4 + ((length + 3) & ~3u);
    body[at] = 9; body[at + 2] = 1; body[at + 4] = 9; at += 8;
    at += 4;
    block(f, 1, body, at);
}

static void emit(FILE *f, struct packet *p)
{
    static unsigned char body[20 + SNAP];
    uint32_t head[5] = {(uint32_t)p->hop, (uint32_t)(p->time >> 32), (uint32_t)p->time, p->kept, p->wire};
    memcpy(body, head, 20); memcpy(body + 20, p->data, p->kept);
    block(f, 6, body, 20 + p->kept);
}

static void push(struct packet *p)
{
    int i = waiting++;
    for (; i > 0 && heap[(i - 1) / 2]->time > p->time; i = (i - 1) / 2) heap[i] = heap[(i - 1) / 2];
    heap[i] = p;
}

static struct packet *pop(void)
{
    struct packet *first = heap[0], *last = heap[--waiting];
    int i = 0, child;
    while ((child = 2 * i + 1) < waiting) {
        if (child + 1 < waiting && heap[child + 1]->time < heap[child]->time) child++;
        if (heap[child]->time >= last->time) break;
        heap[i] = heap[child]; i = child;
    }
    heap[i] = last;
    return first;
}

static unsigned frame(unsigned char *e, unsigned room, int flow, uint32_t sequence, unsigned payload, unsigned id)
{
    int udp = flow % 4 == 0;
    unsigned head = udp ? 8 : 20, total = 20 + head + payload;
    unsigned char *ip = e + 14, *t = ip + 20;
    memcpy(e, "\2\0\0\0\0\2\2\0\0\0\0\1\10\0", 14);
    memset(ip, 0, 20 + head);
    ip[0] = 0x45; be16(ip + 2, total); be16(ip + 4, id); ip[6] = 0x40; ip[8] = 64; ip[9] = udp ? 17 : 6;
    be32(ip + 12, 0x0a000001u + (uint32_t)flow); be32(ip + 16, 0x0a010001u);
    be16(t, 20000u + (unsigned)flow); be16(t + 2, udp ? 5000 : 443);
    if (udp) be16(t + 4, 8 + payload);
    else { be32(t + 4, sequence); be32(t + 8, 1); t[12] = 0x50; t[13] = 0x10; be16(t + 14, 64240); }
    uint32_t fill = sequence * 2654435761u ^ (uint32_t)flow;
    for (unsigned i = 0; i < payload && 34 + head + i < room; i++) t[head + i] = (unsigned char)(fill >> (i % 4 * 8)) ^ (unsigned char)i;
    return 14 + total;
}

int main(int argc, char **argv)
{
    if (argc != 4) { fprintf(stderr, "make-hops FILE MIB HOPS\n"); return 2; }
    FILE *f = fopen(argv[1], "wb");
    if (!f) { perror(argv[1]); return 1; }
    static char buffer[1 << 20];
    setvbuf(f, buffer, _IOFBF, sizeof buffer);
    long most = atol(argv[2]) * 1048576L;
    int hops = atoi(argv[3]);
    unsigned char section[16] = {0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255};
    block(f, 0x0a0d0d0a, section, 16);
    for (int h = 0; h < hops; h++) { char name[16]; snprintf(name, sizeof name, "hop%d", h); interface(f, name); }
    static uint32_t next[200];
    uint64_t now = 1700000000000000000ull;
    for (unsigned n = 0; written < most; n++) {
        int flow = (int)(rnd() % 200);
        unsigned payload = rnd() % 3 ? 1400 : 40 + rnd() % 400;
        now += 2000 + rnd() % 8000;
        uint64_t time = now;
        for (int h = 0; h < hops; h++) {
            struct packet *p = malloc(sizeof *p);
            memset(p->data, 0, SNAP);
            unsigned outer = h == hops - 1 && hops > 1 ? 50 : 0;
            p->wire = outer + frame(p->data + outer, SNAP - outer, flow, next[flow], payload, n & 0xffff);
            if (outer) {
                unsigned char *e = p->data, *ip = e + 14;
                memcpy(e, "\2\0\0\0\0\4\2\0\0\0\0\3\10\0", 14);
                ip[0] = 0x45; be16(ip + 2, p->wire - 14); be16(ip + 4, n & 0xffff); ip[8] = 64; ip[9] = 17;
                be32(ip + 12, 0xc0a87ad7u); be32(ip + 16, 0xc0a87ad2u);
                be16(ip + 20, 50000); be16(ip + 22, 4789); be16(ip + 24, p->wire - 34); ip[28] = 8; be32(ip + 32, 5001u << 8);
            }
            p->kept = p->wire < SNAP ? p->wire : SNAP; p->time = time; p->hop = h;
            push(p);
            if (rnd() % 2000 == 0) break;
            time += 2000u * (unsigned)(h + 1) + rnd() % 5000;
        }
        next[flow] += payload;
        while (waiting > 0 && (heap[0]->time < now || waiting > WAITING - 64)) { struct packet *p = pop(); emit(f, p); free(p); }
    }
    while (waiting > 0) { struct packet *p = pop(); emit(f, p); free(p); }
    return fclose(f) ? 1 : 0;
}
