using System.Globalization;
using Plumbline.Primitives;

namespace Plumbline.Iptables.Simulation;

/// <summary>Turns targets into effects.</summary>
internal sealed class RuleTargets
{
    /// <summary>Target modules after which the walk goes on and nothing that rules look at has changed.</summary>
    private static readonly HashSet<string> _passing = new(StringComparer.Ordinal)
    {
        "AUDIT", "CHECKSUM", "CLASSIFY", "CONNSECMARK", "ECN", "HMARK", "IDLETIMER", "LED", "LOG", "NFLOG", "RATEEST", "SECMARK", "SET",
        "TCPMSS", "TCPOPTSTRIP", "TEE", "TRACE", "ULOG",
    };

    public List<NatAction> Nats { get; } = [];

    /// <summary>What a target that is not known, or that asks a program, decides on.</summary>
    public List<string> Texts { get; } = [];

    /// <summary>Some target needs conntrack.</summary>
    public bool UsesConntrack { get; private set; }

    /// <summary>Fills in what the rule does; jumps by <paramref name="findChain"/>.</summary>
    public void Set(ref CompiledRule rule, Target? target, Func<string, int> findChain)
    {
        switch (target)
        {
            case null or LogTarget or NflogTarget:
                rule.Effect = Effect.Continue;
                break;
            case VerdictTarget t:
                rule.Effect = t.Verdict switch
                {
                    Verdict.Accept => Effect.Accept,
                    Verdict.Drop => Effect.Drop,
                    Verdict.Return => Effect.Return,
                    _ => Effect.Queue,
                };
                rule.Operand = t.Verdict == Verdict.Queue ? TextOf("the program that reads QUEUE") : 0;
                break;
            case JumpTarget t:
                rule.Effect = t.IsGoto ? Effect.Goto : Effect.Jump;
                rule.Operand = findChain(t.Chain);
                break;
            case RejectTarget:
                rule.Effect = Effect.Drop;
                break;
            case MarkTarget t:
                (rule.Effect, rule.A, rule.B) = (Effect.SetMark, t.Value, t.Mask);
                break;
            case ConnmarkTarget t:
                UsesConntrack = true;
                (rule.Effect, rule.A, rule.B) = t.Action switch
                {
                    ConnmarkAction.Set => (Effect.SetConnmark, t.Value, t.ConnectionMask),
                    ConnmarkAction.Save => (Effect.SaveConnmark, t.PacketMask, t.ConnectionMask),
                    _ => (Effect.RestoreConnmark, t.PacketMask, t.ConnectionMask),
                };
                break;
            case CtTarget t:
                // NOTRACK alone does not switch conntrack on
                UsesConntrack |= !t.IsNotrack;
                rule.Effect = t.IsNotrack ? Effect.Notrack : t.IsZoneFromMark ? Effect.ZoneFromMark : Effect.SetZone;
                // which directions the zone is for
                (rule.A, rule.B) = (t.ZoneDirection == ZoneDirection.Reply ? 0u : 0xFFFF, t.ZoneDirection == ZoneDirection.Original ? 0u : 0xFFFF);
                rule.Operand = t.Zone ?? 0;
                break;
            case AddressNatTarget t:
                SetNat(ref rule, t is DnatTarget ? Effect.DestinationNat : Effect.SourceNat, new(NatKind.Given, TextOf(t.Addresses, t.Ports))
                {
                    Addresses = t.Addresses,
                    Ports = t.Ports,
                    PortBase = t.PortBase,
                    IsRandom = t.IsRandom || t.IsFullyRandom,
                    IsPersistent = t.IsPersistent,
                });
                break;
            case RedirectTarget t:
                SetNat(ref rule, Effect.DestinationNat, new(NatKind.Own, "to the node itself") { Ports = t.Ports, IsRandom = t.IsRandom });
                break;
            case MasqueradeTarget t:
                SetNat(ref rule, Effect.SourceNat, new(NatKind.Own, "from the address of the device it leaves by")
                {
                    Ports = t.Ports,
                    IsRandom = t.IsRandom || t.IsFullyRandom,
                });
                break;
            case UnknownTarget t:
                SetUnknown(ref rule, t);
                break;
            default:
                (rule.Effect, rule.Operand) = (Effect.Unknown, TextOf(target.GetType().Name));
                break;
        }
    }

    private void SetUnknown(ref CompiledRule rule, UnknownTarget target)
    {
        var words = target.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (target.Name)
        {
            case "TOS" when words is ["--set-tos", var value]:
                (rule.Effect, rule.A, rule.B) = (Effect.SetTypeOfService, Number(value.Split('/')[0]), 0xFF);
                if (value.Split('/') is [_, var mask])
                {
                    rule.B = Number(mask);
                }
                break;
            case "TOS" when words is ["--or-tos", var value]:
                (rule.Effect, rule.A, rule.B) = (Effect.SetTypeOfService, Number(value), Number(value));
                break;
            case "TOS" when words is ["--and-tos", var value]:
                (rule.Effect, rule.A, rule.B) = (Effect.SetTypeOfService, 0, ~Number(value) & 0xFF);
                break;
            case "DSCP" when words is ["--set-dscp", var value]:
                (rule.Effect, rule.A, rule.B) = (Effect.SetTypeOfService, Number(value) << 2, 0xFC);
                break;
            case "TTL" or "HL" when words is ["--ttl-set" or "--hl-set", var value]:
                (rule.Effect, rule.A) = (Effect.SetHopLimit, Number(value));
                break;
            case "TTL" or "HL" when words is ["--ttl-inc" or "--hl-inc", var value]:
                (rule.Effect, rule.A) = (Effect.AddHopLimit, Number(value));
                break;
            case "TTL" or "HL" when words is ["--ttl-dec" or "--hl-dec", var value]:
                (rule.Effect, rule.A) = (Effect.AddHopLimit, unchecked((uint)-(int)Number(value)));
                break;
            case "TPROXY":
                rule.Effect = Effect.Accept;
                break;
            case "NETMAP" when words is ["--to", var to] && MaskedAddress.TryParse(to, out var network):
                SetNat(ref rule, Effect.NetworkNat, new(NatKind.Network, to)
                {
                    Addresses = new(network.Family, network.Address, network.Address | ~network.Mask & MaskedAddress.WholeMask(network.Family)),
                });
                break;
            case "NFQUEUE":
                (rule.Effect, rule.Operand) = (Effect.Queue, TextOf($"the program that reads NFQUEUE {target.Text}".TrimEnd()));
                break;
            default:
                rule.Effect = _passing.Contains(target.Name) ? Effect.Continue : Effect.Unknown;
                rule.Operand = rule.Effect == Effect.Unknown ? TextOf($"what target {target.Name} {target.Text}".TrimEnd() + " does") : 0;
                break;
        }
    }

    private void SetNat(ref CompiledRule rule, Effect effect, NatAction action)
    {
        UsesConntrack = true;
        rule.Effect = effect;
        rule.Operand = Nats.Count;
        Nats.Add(action);
    }

    private static string TextOf(AddressRange? addresses, PortRange? ports) =>
        ((addresses?.ToString() ?? "") + (ports is { } port ? $" port {port}" : "")).Trim();

    private int TextOf(string text)
    {
        Texts.Add(text);
        return Texts.Count - 1;
    }

    private static uint Number(string text) => text.StartsWith("0x", StringComparison.Ordinal)
        ? uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? hex : 0
        : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
