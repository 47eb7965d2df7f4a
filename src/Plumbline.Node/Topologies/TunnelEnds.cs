using System.Net;

namespace Plumbline.Node.Topologies;

/// <summary>The ends of a tunnel port.</summary>
/// <param name="Type">gre, vxlan, geneve …</param>
/// <param name="Local">options:local_ip; null: any.</param>
/// <param name="Remote">options:remote_ip; null: by flow.</param>
/// <param name="Key">options:key or in_key/out_key: a number, or <c>flow</c>.</param>
public sealed record TunnelEnds(string Type, IPAddress? Local, IPAddress? Remote, string? Key);
