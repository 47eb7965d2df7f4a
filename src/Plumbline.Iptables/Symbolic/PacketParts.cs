using System.Diagnostics;

namespace Plumbline.Iptables.Symbolic;

/// <summary>
/// A question that outgrew its budget, asked again for parts of all packets: by protocol, then by halves of the destinations. A part is
/// proved, or it is named as not proved.
/// </summary>
internal static class PacketParts
{
    private const int MostHalvings = 3;

    /// <summary>Asks part after part until the time is over.</summary>
    /// <param name="encoder">Of the rules.</param>
    /// <param name="budget">Of all parts together.</param>
    /// <param name="ask">The question, about the packets of a set; throws where the budget is not enough.</param>
    /// <returns>Parts that were answered, and those that were not.</returns>
    public static (List<string> Proved, List<string> Left) Ask(RuleEncoder encoder, AnalysisBudget budget, Action<int> ask)
    {
        var space = encoder.Space;
        var end = Stopwatch.GetTimestamp() + (long)(budget.MaxTime.TotalSeconds * Stopwatch.Frequency);
        var (proved, left) = (new List<string>(), new List<string>());
        var icmp = space.Family == IPFamily.IPv4 ? (Name: "icmp", Number: 1u) : (Name: "icmpv6", Number: 58u);
        (string Name, uint? Protocol)[] protocols = [("tcp", 6), ("udp", 17), (icmp.Name, icmp.Number), ("other protocols", null)];
        foreach (var (name, protocol) in protocols)
        {
            Try(name, protocol, 0, 0);
        }
        return (proved, left);

        void Try(string name, uint? protocol, int bits, uint destination)
        {
            var remaining = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), end);
            var mark = space.Store.Mark();
            space.Store.Allow(budget with { MaxTime = remaining / (bits == 0 ? 3 : 2) });
            try
            {
                if (remaining <= TimeSpan.Zero)
                {
                    throw new BudgetExceededException("the time allowed for the question is over");
                }
                encoder.Within = FrameOf(protocol, bits, destination);
                ask(encoder.Within);
                proved.Add(name);
                return;
            }
            catch (BudgetExceededException) when (bits == MostHalvings || remaining <= TimeSpan.Zero)
            {
                left.Add(name);
                return;
            }
            catch (BudgetExceededException)
            {
                // two halves may fit where the whole does not
            }
            finally
            {
                encoder.Within = BddStore.True;
                encoder.Rewind(mark);
            }
            for (var half = 0u; half < 2; half++)
            {
                Try(Half(name, bits, destination << 1 | half), protocol, bits + 1, destination << 1 | half);
            }
        }

        int FrameOf(uint? protocol, int bits, uint destination)
        {
            var store = space.Store;
            var result = protocol is { } number ? space.Is(Field.Protocol, number)
                : store.OrAll([space.Is(Field.Protocol, 6), space.Is(Field.Protocol, 17), space.Is(Field.Protocol, icmp.Number)]) ^ 1;
            for (var i = 0; i < bits; i++)
            {
                var isSet = (destination >> (bits - 1 - i) & 1) != 0;
                result = store.And(result, store.Bit(space.First(Field.Destination) + i) ^ (isSet ? 0 : 1));
            }
            return result;
        }

        string Half(string name, int bits, uint destination)
        {
            var to = name.IndexOf(" to ", StringComparison.Ordinal);
            var width = space.Family == IPFamily.IPv4 ? 32 : 128;
            var prefix = new MaskedAddress(
                space.Family, (UInt128)destination << (width - bits - 1), MaskedAddress.MaskOf(space.Family, bits + 1));
            return $"{(to < 0 ? name : name[..to])} to {prefix}";
        }
    }
}
