namespace Plumbline.Diagnosis.Mirrors;

/// <summary>A port that a mirror selects.</summary>
/// <param name="Port">Its name.</param>
/// <param name="FromPort">Frames that arrive from it (select_src_port).</param>
/// <param name="ToPort">Frames that leave to it (select_dst_port).</param>
public sealed record MirrorSource(string Port, bool FromPort, bool ToPort);
