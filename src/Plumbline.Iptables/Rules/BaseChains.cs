namespace Plumbline.Iptables;

/// <summary>The chains that the kernel itself calls (iptables(8), TABLES): they are there without being declared.</summary>
public static class BaseChains
{
    /// <summary>Whether <paramref name="chain"/> is one of <paramref name="table"/>.</summary>
    public static bool Has(string table, string chain) => table switch
    {
        "filter" or "security" => chain is "INPUT" or "FORWARD" or "OUTPUT",
        "nat" => chain is "PREROUTING" or "INPUT" or "OUTPUT" or "POSTROUTING",
        "mangle" => chain is "PREROUTING" or "INPUT" or "FORWARD" or "OUTPUT" or "POSTROUTING",
        "raw" => chain is "PREROUTING" or "OUTPUT",
        _ => false,
    };
}
