using System.Runtime.InteropServices;

namespace Plumbline.Linux.Native;

/// <summary>
/// The few calls of libpcap (pcap(3PCAP)) that turn a filter into BPF. The library is looked up when the first filter
/// is used, by the names that Debian (<c>.0.8</c>) and everyone else (<c>.1</c>) give it.
/// </summary>
internal sealed unsafe class Libpcap
{
    internal const int PCAP_ERRBUF_SIZE = 256;
    internal const int DLT_EN10MB = 1;

    /// <summary>pcap_compile was not reentrant before libpcap 1.8.</summary>
    internal static readonly Lock CompileLock = new();

    private static readonly string[] _names = ["libpcap.so.0.8", "libpcap.so.1", "libpcap.so"];
    private static Libpcap? _loaded;

    internal readonly delegate* unmanaged<byte*, byte*, nint> pcap_create;
    internal readonly delegate* unmanaged<nint, int, int> pcap_set_snaplen;
    internal readonly delegate* unmanaged<nint, int, int> pcap_set_buffer_size;
    internal readonly delegate* unmanaged<nint, int> pcap_activate;
    internal readonly delegate* unmanaged<int, int, nint> pcap_open_dead;
    internal readonly delegate* unmanaged<byte*, uint*, uint*, byte*, int> pcap_lookupnet;
    internal readonly delegate* unmanaged<nint, bpf_program*, byte*, int, uint, int> pcap_compile;
    internal readonly delegate* unmanaged<bpf_program*, void> pcap_freecode;
    internal readonly delegate* unmanaged<Libc.sock_filter*, byte*, uint, uint, uint> bpf_filter;
    internal readonly delegate* unmanaged<nint, byte*> pcap_geterr;
    internal readonly delegate* unmanaged<nint, void> pcap_close;

    private Libpcap(nint library)
    {
        pcap_create = (delegate* unmanaged<byte*, byte*, nint>)NativeLibrary.GetExport(library, nameof(pcap_create));
        pcap_set_snaplen =
            (delegate* unmanaged<nint, int, int>)NativeLibrary.GetExport(library, nameof(pcap_set_snaplen));
        pcap_set_buffer_size =
            (delegate* unmanaged<nint, int, int>)NativeLibrary.GetExport(library, nameof(pcap_set_buffer_size));
        pcap_activate = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, nameof(pcap_activate));
        pcap_open_dead = (delegate* unmanaged<int, int, nint>)NativeLibrary.GetExport(library, nameof(pcap_open_dead));
        pcap_lookupnet =
            (delegate* unmanaged<byte*, uint*, uint*, byte*, int>)
            NativeLibrary.GetExport(library, nameof(pcap_lookupnet));
        pcap_compile = (delegate* unmanaged<nint, bpf_program*, byte*, int, uint, int>)
            NativeLibrary.GetExport(library, nameof(pcap_compile));
        pcap_freecode =
            (delegate* unmanaged<bpf_program*, void>)NativeLibrary.GetExport(library, nameof(pcap_freecode));
        bpf_filter = (delegate* unmanaged<Libc.sock_filter*, byte*, uint, uint, uint>)NativeLibrary.GetExport(library, nameof(bpf_filter));
        pcap_geterr = (delegate* unmanaged<nint, byte*>)NativeLibrary.GetExport(library, nameof(pcap_geterr));
        pcap_close = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(library, nameof(pcap_close));
    }

    /// <summary>The library, loaded once.</summary>
    /// <exception cref="LinuxException">It is not installed.</exception>
    internal static Libpcap Load() => Volatile.Read(ref _loaded) ?? Load(_names);

    /// <summary>As <see cref="Load()"/>, by the names given.</summary>
    internal static Libpcap Load(ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, out var library))
            {
                return _loaded = new(library);
            }
        }
        throw Problems.NoLibpcap();
    }

    /// <summary>pcap/bpf.h: 16 bytes on 64 bit.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct bpf_program
    {
        public uint bf_len;
        public Libc.sock_filter* bf_insns;
    }
}
