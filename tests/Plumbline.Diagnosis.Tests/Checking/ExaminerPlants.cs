namespace Plumbline.Diagnosis.Tests.Checking;

/// <summary>Plants as an examiner may think of them: one cause and exactly one finding, or something odd that hurts nobody.</summary>
internal static partial class ExaminerPlants
{
    private const string Web1 = "6ef565e0-4a";
    private const string Qvo = "qvo" + Web1;
    private const string Tap = "tap" + Web1;
    private const string Mac = "fa:16:3e:4c:21:be";
    private const string Save4 = "iptables-save";
    private const string Save6 = "ip6tables-save";
    private const string Blue = "3b487391-2343-4f72-844c-351a25845527";
    private const string Router = "qrouter-45b06e84-d906-4321-9221-2915856ca80e";
    private const string Inside = "qr-548ea9c5-e3";
    private const string Gateway = "qg-ec655983-36";
    private const string Int = "br-int";
    private const string Tun = "br-tun";

    public static IReadOnlyDictionary<string, Examined> All { get; } =
        new[] { Rules, Services, Routers, Switch, Nodes, More, Sent, Again, Drivers }.SelectMany(d => d).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
}
