using System.Diagnostics;

namespace Plumbline.Node.Sources.Texts;

/// <summary>What kinds of listings are called.</summary>
internal static class SwitchListingKinds
{
    /// <summary>The command that prints it.</summary>
    public static string Words(SwitchListingKind kind) => kind switch
    {
        SwitchListingKind.Flows or SwitchListingKind.NamedFlows => "ovs-ofctl dump-flows",
        SwitchListingKind.Groups => "ovs-ofctl dump-groups",
        SwitchListingKind.Ports => "ovs-ofctl show",
        SwitchListingKind.PortCounters => "ovs-ofctl dump-ports",
        SwitchListingKind.Fdb => "ovs-appctl fdb/show",
        _ => throw new UnreachableException(),
    };
}
