namespace Plumbline.Diagnosis.Tracing;

/// <summary>What a tunnel's packet carries.</summary>
/// <param name="Type"><c>vxlan</c>, <c>gre</c>, <c>geneve</c>.</param>
/// <param name="Key">Tunnel key.</param>
/// <param name="Inner">The frame inside.</param>
/// <param name="Port">The tunnel port's name at the sender.</param>
internal sealed record TraceCargo(string Type, ulong Key, TraceFrame Inner, string Port);
