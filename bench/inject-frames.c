/* inject-frames DEVICE COUNT PER-SECOND [BYTES [BATCH]]: UDP frames that DEVICE seems to have received, evenly spaced batches of them (0 a second:
   as fast as it goes). For the benchmarks: an XDP program that passes everything is run on live frames (BPF_PROG_TEST_RUN,
   Documentation/bpf/bpf_prog_run.rst), so each frame takes the kernel's receive path from the driver's end on, and nothing is spent on sending:
   several times what sendmmsg into the other end of a veth reaches. Needs Linux 5.18 and root. Says the rate that was reached. */
#define _GNU_SOURCE
#include <linux/bpf.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { MOST_AT_ONCE = 256 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void make(unsigned char *frame, int length)
{
    static const unsigned char head[] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45};
    memcpy(frame, head, sizeof head);
    frame[16] = (unsigned char)((length - 14) >> 8), frame[17] = (unsigned char)(length - 14);
    frame[22] = 64, frame[23] = 17;
    memcpy(frame + 26, "\x0a\0\0\1\x0a\0\0\2\x03\xe8\x07\xd0", 12);
    frame[38] = (unsigned char)((length - 34) >> 8), frame[39] = (unsigned char)(length - 34);
}

static int bpf(int command, union bpf_attr *attributes)
{
    return (int)syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

static int fail(const char *what)
{
    perror(what);
    return 1;
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    static unsigned char frame[2048];
    int count = atoi(argv[2]), length = argc > 4 ? atoi(argv[4]) : 60, batch = argc > 5 ? atoi(argv[5]) : 1024;
    double gap = atof(argv[3]) > 0 ? 1 / atof(argv[3]) : 0;
    struct xdp_md context = {.data_end = (unsigned int)length, .ingress_ifindex = if_nametoindex(argv[1])};
    if (context.ingress_ifindex == 0 || length < 60 || length > 1514 || batch < 1)
        return fail(argv[1]);
    make(frame, length);

    struct bpf_insn pass[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = XDP_PASS}, {.code = BPF_JMP | BPF_EXIT}};
    union bpf_attr load = {.prog_type = BPF_PROG_TYPE_XDP, .insns = (unsigned long)pass, .insn_cnt = 2, .license = (unsigned long)"GPL"};
    int program = bpf(BPF_PROG_LOAD, &load);
    if (program < 0)
        return fail("BPF_PROG_LOAD");
    /* attached somewhere, or each run would patch the kernel's XDP dispatcher and wait for RCU, some 25 ms */
    union bpf_attr attach = {.link_create = {.prog_fd = (unsigned int)program, .target_ifindex = if_nametoindex("lo"),
        .attach_type = BPF_XDP, .flags = 1 << 1 /* XDP_FLAGS_SKB_MODE */}};
    if (bpf(BPF_LINK_CREATE, &attach) < 0)
        return fail("BPF_LINK_CREATE");

    double start = now();
    for (int sent = 0; sent < count; sent += batch) {
        int these = count - sent < batch ? count - sent : batch;
        while (gap > 0 && now() < start + sent * gap)
            ;
        union bpf_attr run = {.test = {.prog_fd = (unsigned int)program, .data_in = (unsigned long)frame, .data_size_in = (unsigned int)length,
            .ctx_in = (unsigned long)&context, .ctx_size_in = sizeof context, .repeat = (unsigned int)these,
            .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = (unsigned int)(these < MOST_AT_ONCE ? these : MOST_AT_ONCE)}};
        if (bpf(BPF_PROG_TEST_RUN, &run) < 0)
            return fail("BPF_PROG_TEST_RUN");
    }
    printf("%.0f frames/s\n", count / (now() - start));
    return 0;
}
