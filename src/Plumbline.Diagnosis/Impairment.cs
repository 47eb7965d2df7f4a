namespace Plumbline.Diagnosis;

/// <summary>tc-netem(8): a queue discipline that delays, loses, doubles, reorders or corrupts what a device sends, for tests.</summary>
internal static class Impairment
{
    /// <summary>As IFLA_QDISC and <c>ip link</c> name it.</summary>
    public const string Discipline = "netem";
}
