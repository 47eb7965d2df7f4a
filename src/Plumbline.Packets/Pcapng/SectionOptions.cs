namespace Plumbline.Packets.Pcapng;

/// <summary>Options of a Section Header Block.</summary>
public sealed record SectionOptions
{
    /// <summary>shb_hardware.</summary>
    public string? Hardware { get; init; }

    /// <summary>shb_os.</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>shb_userappl.</summary>
    public string? Application { get; init; }

    /// <summary>opt_comment.</summary>
    public string? Comment { get; init; }
}
