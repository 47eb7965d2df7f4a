using System.Net;
using Plumbline.Linux.Netlink;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>Finds the MAC of a next hop, by asking as the kernel would.</summary>
internal interface IResolver
{
    /// <summary>The MAC of <paramref name="nextHop"/> as <paramref name="space"/> finds it behind <paramref name="device"/>.</summary>
    Resolution Resolve(TraceSpace space, Link device, IPAddress nextHop);
}
