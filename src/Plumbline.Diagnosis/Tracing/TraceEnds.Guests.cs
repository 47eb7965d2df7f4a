using System.Net;

namespace Plumbline.Diagnosis.Tracing;

internal sealed partial class TraceEnds
{
    /// <summary>The packet says it is from somebody else than its sender.</summary>
    public bool SenderIsForged => question.FromAddress is not null || question.FromMac is not null;

    /// <summary>The ends that are VMs, the receiver first, each with what is known of the other end.</summary>
    public IEnumerable<(GuestNic Nic, IPAddress Address, string Name, string? OtherNode, TraceSpace? OtherSpace)> GuestEnds()
    {
        if (_receiver is not null && _receiverNic is { } nic)
        {
            yield return (nic, Destination, _receiver.Name, SenderNode, (Origin as TraceStack.Space)?.Facts);
        }
        if (Origin is TraceStack.Guest guest && (OriginNic ?? (guest.Nics.Count > 0 ? guest.Nics[0] : null)) is { } own)
        {
            var address = own.Addresses.Select(a => a.Address).FirstOrDefault(a => _source is not null && a.Equals(_source))
                ?? own.Addresses.Select(a => a.Address).FirstOrDefault(a => !a.IsIPv6LinkLocal);
            if (address is not null)
            {
                yield return (own, address, guest.Name, ReceiverNode, _receiverSpace);
            }
        }
    }
}
