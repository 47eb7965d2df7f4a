namespace Plumbline.Packets.Summaries;

/// <summary>DNS record types (IANA, Resource Record (RR) TYPEs).</summary>
public static class DnsType
{
    /// <summary>The mnemonic of those that are met often, else <c>type N</c>.</summary>
    public static string NameOf(int type) => type switch
    {
        1 => "A",
        2 => "NS",
        5 => "CNAME",
        6 => "SOA",
        12 => "PTR",
        15 => "MX",
        16 => "TXT",
        28 => "AAAA",
        33 => "SRV",
        65 => "HTTPS",
        255 => "ANY",
        _ => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"type {type}"),
    };
}
