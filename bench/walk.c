/* walk FILE: the least that a reader of conversations can do: every packet's 5-tuple of a pcap into a hash table with packets and bytes.
   Prints conversations, packets and bytes. IPv4, TCP and UDP only; the file is mapped. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

struct entry { uint32_t a, b; uint16_t pa, pb; uint8_t protocol, used; uint64_t packets, bytes; };

static uint32_t be32(const unsigned char *p) { return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]; }
static uint16_t be16(const unsigned char *p) { return (uint16_t)(p[0] << 8 | p[1]); }

int main(int argc, char **argv)
{
    struct stat st;
    int fd = argc > 1 ? open(argv[1], O_RDONLY) : -1;
    if (fd < 0 || fstat(fd, &st)) return 1;
    const unsigned char *data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED) return 1;
    madvise((void *)data, (size_t)st.st_size, MADV_SEQUENTIAL);
    const unsigned char *p = data + 24, *end = data + st.st_size;
    size_t mask = (1u << 20) - 1;
    struct entry *table = calloc(mask + 1, sizeof *table);
    uint64_t packets = 0, bytes = 0, flows = 0;
    while (p + 16 <= end) {
        uint32_t kept, length;
        memcpy(&kept, p + 8, 4), memcpy(&length, p + 12, 4);
        const unsigned char *frame = p + 16;
        p = frame + kept;
        packets++, bytes += length;
        if (kept < 38 || be16(frame + 12) != 0x0800 || (frame[23] != 6 && frame[23] != 17)) continue;
        const unsigned char *transport = frame + 14 + (frame[14] & 15) * 4;
        struct entry key = {be32(frame + 26), be32(frame + 30), be16(transport), be16(transport + 2), frame[23], 1, 0, 0};
        if (key.a > key.b || (key.a == key.b && key.pa > key.pb)) {
            uint32_t a = key.a; key.a = key.b; key.b = a;
            uint16_t port = key.pa; key.pa = key.pb; key.pb = port;
        }
        size_t slot = (size_t)(((uint64_t)key.a * 0x9E3779B97F4A7C15ull ^ (uint64_t)key.b * 0xBF58476D1CE4E5B9ull
            ^ (((uint64_t)key.pa << 16 | key.pb) * 0x94D049BB133111EBull)) >> 24) & mask;
        while (table[slot].used && (table[slot].a != key.a || table[slot].b != key.b || table[slot].pa != key.pa
            || table[slot].pb != key.pb || table[slot].protocol != key.protocol))
            slot = (slot + 1) & mask;
        if (!table[slot].used) { table[slot] = key; flows++; }
        table[slot].packets++, table[slot].bytes += length;
    }
    printf("%llu conversations, %llu packets, %llu bytes\n", (unsigned long long)flows, (unsigned long long)packets, (unsigned long long)bytes);
    return 0;
}
