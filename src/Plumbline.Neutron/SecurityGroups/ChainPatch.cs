using System.Text;

namespace Plumbline.Neutron.SecurityGroups;

/// <summary>How one chain becomes another by deletions and insertions, so that rules which stay keep their counters.</summary>
internal static class ChainPatch
{
    private const int MaxEdits = 2000; // beyond, finding the shortest way costs more than it saves

    /// <summary>Writes <c>-D CHAIN n</c> and <c>-I CHAIN n RULE</c> with running numbers.</summary>
    /// <param name="output">Takes the lines.</param>
    /// <param name="chain">Its name.</param>
    /// <param name="before">Its rules.</param>
    /// <param name="after">What they are to be.</param>
    /// <param name="spelled">How an inserted rule is written; null: as in <paramref name="after"/>.</param>
    /// <param name="changed">Told each rule that goes (false) or comes (true).</param>
    /// <returns>The rules afterwards: those that stayed as they were written before; null where nothing changes.</returns>
    public static List<string>? Write(
        StringBuilder output, string chain, List<string> before, List<string> after, Func<string, string>? spelled = null,
        Action<string, bool>? changed = null)
    {
        if (IsSame(before, after))
        {
            return null;
        }
        var result = new List<string>(after.Count);
        var number = 1;
        foreach (var (keep, oldAt, newAt) in Script(before, after))
        {
            if (keep)
            {
                result.Add(before[oldAt]);
                number++;
            }
            else if (newAt < 0)
            {
                output.Append("-D ").Append(chain).Append(' ').Append(number).Append('\n');
                changed?.Invoke(before[oldAt], false);
            }
            else
            {
                var rule = spelled is null ? after[newAt] : spelled(after[newAt]);
                output.Append("-I ").Append(chain).Append(' ').Append(number).Append(' ').Append(rule).Append('\n');
                result.Add(after[newAt]);
                changed?.Invoke(after[newAt], true);
                number++;
            }
        }
        return result;
    }

    /// <summary>True where both are the same rules; the case of a MAC does not matter, as iptables prints it one way or the other.</summary>
    public static bool IsSame(string one, string other) =>
        one == other
        || (one.Length == other.Length && one.Contains("--mac-source ", StringComparison.Ordinal)
            && one.Equals(other, StringComparison.OrdinalIgnoreCase));

    private static bool IsSame(List<string> before, List<string> after)
    {
        if (before.Count != after.Count)
        {
            return false;
        }
        for (var i = 0; i < before.Count; i++)
        {
            if (!IsSame(before[i], after[i]))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>What to do, in order: keep one, delete one (new index -1), or insert one.</summary>
    private static IEnumerable<(bool Keep, int Old, int New)> Script(List<string> before, List<string> after)
    {
        var head = 0;
        while (head < before.Count && head < after.Count && IsSame(before[head], after[head]))
        {
            head++;
        }
        var tail = 0;
        while (tail < before.Count - head && tail < after.Count - head && IsSame(before[^(tail + 1)], after[^(tail + 1)]))
        {
            tail++;
        }
        for (var i = 0; i < head; i++)
        {
            yield return (true, i, i);
        }
        var (oldCount, newCount) = (before.Count - head - tail, after.Count - head - tail);
        foreach (var (keep, oldAt, newAt) in Middle(before, head, oldCount, after, newCount))
        {
            yield return (keep, oldAt, newAt);
        }
        for (var i = 0; i < tail; i++)
        {
            yield return (true, before.Count - tail + i, after.Count - tail + i);
        }
    }

    private static List<(bool Keep, int Old, int New)> Middle(
        List<string> before, int head, int oldCount, List<string> after, int newCount)
    {
        var result = new List<(bool, int, int)>(oldCount + newCount);
        var trace = oldCount == 0 || newCount == 0 ? null : Trace(before, head, oldCount, after, newCount);
        if (trace is null)
        {
            for (var i = 0; i < oldCount; i++)
            {
                result.Add((false, head + i, -1));
            }
            for (var i = 0; i < newCount; i++)
            {
                result.Add((false, -1, head + i));
            }
            return result;
        }
        // from the end back to the start, along the furthest reaching paths
        var (x, y) = (oldCount, newCount);
        for (var edits = trace.Count - 1; edits >= 0; edits--)
        {
            var reach = trace[edits];
            var diagonal = x - y;
            var down = diagonal == -edits || (diagonal != edits && At(reach, diagonal - 1) < At(reach, diagonal + 1));
            var from = down ? diagonal + 1 : diagonal - 1;
            var fromX = edits == 0 ? 0 : At(reach, from);
            var fromY = edits == 0 ? 0 : fromX - from;
            while (x > fromX && y > fromY)
            {
                x--;
                y--;
                result.Add((true, head + x, head + y));
            }
            if (edits > 0)
            {
                if (down)
                {
                    result.Add((false, -1, head + --y));
                }
                else
                {
                    result.Add((false, head + --x, -1));
                }
            }
        }
        result.Reverse();
        return result;
    }

    private static int At(int[] reach, int diagonal) => reach[diagonal + (reach.Length / 2)];

    /// <summary>Myers' O(ND): for each number of edits how far each diagonal reached before; null where there are too many.</summary>
    private static List<int[]>? Trace(List<string> before, int head, int oldCount, List<string> after, int newCount)
    {
        var limit = Math.Min(oldCount + newCount, MaxEdits);
        var trace = new List<int[]>();
        var reach = new int[3];
        for (var edits = 0; edits <= limit; edits++)
        {
            var wide = new int[(2 * edits) + 3];
            Array.Copy(reach, 0, wide, (wide.Length / 2) - (reach.Length / 2), reach.Length);
            trace.Add((int[])wide.Clone());
            var middle = wide.Length / 2;
            for (var diagonal = -edits; diagonal <= edits; diagonal += 2)
            {
                var down = diagonal == -edits || (diagonal != edits && wide[middle + diagonal - 1] < wide[middle + diagonal + 1]);
                var x = edits == 0 ? 0 : down ? wide[middle + diagonal + 1] : wide[middle + diagonal - 1] + 1;
                var y = x - diagonal;
                while (x < oldCount && y < newCount && y >= 0 && IsSame(before[head + x], after[head + y]))
                {
                    x++;
                    y++;
                }
                wide[middle + diagonal] = x;
                if (x >= oldCount && y >= newCount)
                {
                    return trace;
                }
            }
            reach = wide;
        }
        return null;
    }
}
