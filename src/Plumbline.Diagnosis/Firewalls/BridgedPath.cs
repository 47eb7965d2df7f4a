using Plumbline.Diagnosis.Explaining;
using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Firewalls;

/// <summary>What a rule can do to a packet that a hybrid bridge passes on (spec/firewall-analysis.md, section 5).</summary>
internal static class BridgedPath
{
    /// <summary>The rule's target can end the packet's way, and its devices can be those of a hybrid bridge.</summary>
    public static bool MayDecide(Rule rule) => rule.Target switch
    {
        null or LogTarget or NflogTarget or MarkTarget or ConnmarkTarget or CtTarget => false,
        UnknownTarget target when RuleWords.IsHarmless(target.Name) => false,
        _ => MayMatch(rule),
    };

    /// <summary>
    /// The rule's devices can be those of a hybrid bridge: there "in" and "out" are the bridge itself (qbr…), and a packet that comes by
    /// another device is none of a port's.
    /// </summary>
    public static bool MayMatch(Rule rule)
    {
        foreach (var match in rule.Matches)
        {
            switch (match)
            {
                case InterfaceMatch { IsInverted: false, Interface: var device } when !MayBeHybridBridge(device):
                    return false;
                case PhysdevMatch { IsBridged: false } or PhysdevMatch { IsIn: false }:
                    return false;
                case PhysdevMatch physdev when !MayBePort(physdev.In) || !MayBePort(physdev.Out):
                    return false;
                case AddrtypeMatch { Destination: { IsInverted: false, Value: AddressTypes.Local } }:
                    return false; // bridged packets are not for the node
            }
        }
        return true;
    }

    private static bool MayBeHybridBridge(InterfaceName device) =>
        device.Name.StartsWith("qbr", StringComparison.Ordinal) || (device.IsPrefix && "qbr".StartsWith(device.Name, StringComparison.Ordinal));

    private static bool MayBePort(Condition<InterfaceName>? condition)
    {
        if (condition is not { IsInverted: false, Value: var device })
        {
            return true;
        }
        return device.Name.StartsWith("tap", StringComparison.Ordinal) || device.Name.StartsWith("qvb", StringComparison.Ordinal)
            || (device.IsPrefix && ("tap".StartsWith(device.Name, StringComparison.Ordinal)
                || "qvb".StartsWith(device.Name, StringComparison.Ordinal)));
    }
}
