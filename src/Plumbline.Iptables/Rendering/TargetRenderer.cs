using System.Diagnostics;
using System.Globalization;
using System.Text;
using Plumbline.Primitives;

namespace Plumbline.Iptables;

/// <summary>Targets as iptables-save of 1.8.9 prints them, each with the blank before it.</summary>
internal static class TargetRenderer
{
    /// <summary>Appends one.</summary>
    public static void Append(StringBuilder text, Target target)
    {
        switch (target)
        {
            case VerdictTarget verdict:
                text.Append(verdict.Verdict switch
                {
                    Verdict.Accept => " -j ACCEPT",
                    Verdict.Drop => " -j DROP",
                    Verdict.Return => " -j RETURN",
                    _ => " -j QUEUE",
                });
                break;
            case JumpTarget jump:
                text.Append(jump.IsGoto ? " -g " : " -j ");
                Quoting.AppendWord(text, jump.Chain);
                break;
            case RejectTarget reject:
                text.Append(" -j REJECT --reject-with ").Append(reject.With);
                break;
            case CtTarget ct:
                Ct(text, ct);
                break;
            case MarkTarget mark:
                text.Append(CultureInfo.InvariantCulture, $" -j MARK --set-xmark 0x{mark.Value:x}/0x{mark.Mask:x}");
                break;
            case ConnmarkTarget mark:
                Connmark(text, mark);
                break;
            case LogTarget log:
                Log(text, log);
                break;
            case NflogTarget nflog:
                Nflog(text, nflog);
                break;
            case AddressNatTarget nat:
                Nat(text, nat);
                break;
            case MasqueradeTarget masquerade:
                text.Append(" -j MASQUERADE");
                Ports(text, masquerade.Ports, masquerade.IsRandom, masquerade.IsFullyRandom);
                break;
            case RedirectTarget redirect:
                text.Append(" -j REDIRECT");
                Ports(text, redirect.Ports, redirect.IsRandom, false);
                break;
            case UnknownTarget unknown:
                text.Append(" -j ");
                Quoting.AppendWord(text, unknown.Name);
                text.Append(unknown.Text.Length > 0 ? " " : "").Append(unknown.Text);
                break;
            default:
                throw new UnreachableException(target.GetType().Name);
        }
    }

    private static void Ct(StringBuilder text, CtTarget ct)
    {
        if (ct.IsNotrackTarget)
        {
            text.Append(" -j NOTRACK");
            return;
        }
        text.Append(" -j CT").Append(ct.IsNotrack ? " --notrack" : "");
        Word(text, ct.Helper, " --helper ");
        Word(text, ct.Timeout, " --timeout ");
        Word(text, ct.ConnectionEvents, " --ctevents ");
        Word(text, ct.ExpectationEvents, " --expevents ");
        if (ct.Zone is not null || ct.IsZoneFromMark)
        {
            text.Append(ct.ZoneDirection switch
            {
                ZoneDirection.Original => " --zone-orig ",
                ZoneDirection.Reply => " --zone-reply ",
                _ => " --zone ",
            });
            if (ct.Zone is { } zone)
            {
                text.Append(zone);
            }
            else
            {
                text.Append("mark");
            }
        }
    }

    private static void Word(StringBuilder text, string? value, string option)
    {
        if (value is not null)
        {
            text.Append(option);
            Quoting.AppendWord(text, value);
        }
    }

    private static void Connmark(StringBuilder text, ConnmarkTarget mark)
    {
        text.Append(" -j CONNMARK ");
        if (mark.Action == ConnmarkAction.Set)
        {
            text.Append(CultureInfo.InvariantCulture, $"--set-xmark 0x{mark.Value:x}/0x{mark.ConnectionMask:x}");
            return;
        }
        text.Append(mark.Action == ConnmarkAction.Save ? "--save-mark" : "--restore-mark");
        text.Append(CultureInfo.InvariantCulture, $" --nfmask 0x{mark.PacketMask:x} --ctmask 0x{mark.ConnectionMask:x}");
    }

    private static void Log(StringBuilder text, LogTarget log)
    {
        text.Append(" -j LOG");
        if (log.Prefix is { Length: > 0 } prefix)
        {
            text.Append(" --log-prefix ");
            Quoting.AppendString(text, prefix);
        }
        if (log.Level != 4)
        {
            text.Append(" --log-level ").Append(log.Level);
        }
        text.Append(log.TcpSequence ? " --log-tcp-sequence" : "").Append(log.TcpOptions ? " --log-tcp-options" : "")
            .Append(log.IPOptions ? " --log-ip-options" : "").Append(log.Uid ? " --log-uid" : "")
            .Append(log.MacDecode ? " --log-macdecode" : "");
    }

    private static void Nflog(StringBuilder text, NflogTarget nflog)
    {
        text.Append(" -j NFLOG");
        if (nflog.Prefix is { Length: > 0 } prefix)
        {
            text.Append(" --nflog-prefix ");
            Quoting.AppendString(text, prefix);
        }
        Number(text, " --nflog-group ", nflog.Group, 0);
        if (nflog.Size is { } size)
        {
            text.Append(CultureInfo.InvariantCulture, $" --nflog-size {size}");
        }
        else
        {
            Number(text, " --nflog-range ", nflog.Range ?? 0, 0);
        }
        if (nflog.Threshold is { } threshold)
        {
            text.Append(CultureInfo.InvariantCulture, $" --nflog-threshold {threshold}");
        }
    }

    private static void Number(StringBuilder text, string option, uint value, uint silent)
    {
        if (value != silent)
        {
            text.Append(option).Append(value);
        }
    }

    private static void Nat(StringBuilder text, AddressNatTarget nat)
    {
        text.Append(nat is DnatTarget ? " -j DNAT --to-destination " : " -j SNAT --to-source ");
        if (nat.Addresses is { } addresses)
        {
            var isBracketed = addresses.Family == IPFamily.IPv6 && nat.Ports is not null;
            text.Append(isBracketed ? "[" : "").Append(addresses.ToString()).Append(isBracketed ? "]" : "");
        }
        if (nat.Ports is { } ports)
        {
            text.Append(':').Append(ports.First);
            if (ports.Last != ports.First)
            {
                text.Append('-').Append(ports.Last);
            }
            if (nat.PortBase is { } portBase)
            {
                text.Append('/').Append(portBase);
            }
        }
        text.Append(nat.IsRandom ? " --random" : "").Append(nat.IsFullyRandom ? " --random-fully" : "")
            .Append(nat.IsPersistent ? " --persistent" : "");
    }

    private static void Ports(StringBuilder text, PortRange? ports, bool isRandom, bool isFullyRandom)
    {
        if (ports is { } range)
        {
            text.Append(" --to-ports ").Append(range.First);
            if (range.Last != range.First)
            {
                text.Append('-').Append(range.Last);
            }
        }
        text.Append(isRandom ? " --random" : "").Append(isFullyRandom ? " --random-fully" : "");
    }
}
