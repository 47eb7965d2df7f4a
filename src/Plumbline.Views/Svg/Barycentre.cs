namespace Plumbline.Views.Svg;

/// <summary>
/// Orders two columns so that their connections cross as little as a few passes reach: each item goes to the mean place of what it
/// is joined to (Sugiyama, Tagawa, Toda 1981). Items are joined where they share a key, here a VLAN. Stable: equal means keep order.
/// </summary>
internal static class Barycentre
{
    private const int Passes = 6;

    /// <summary>Orders both lists in place.</summary>
    public static void Order<TLeft, TRight>(
        List<TLeft> left, Func<TLeft, IEnumerable<int>> leftKeys, List<TRight> right, Func<TRight, IEnumerable<int>> rightKeys)
    {
        var best = (Left: left.ToList(), Right: right.ToList(), Crossings: Crossings(left, leftKeys, right, rightKeys));
        for (var i = 0; i < Passes && best.Crossings > 0; i++)
        {
            Sort(right, rightKeys, Places(left, leftKeys));
            Sort(left, leftKeys, Places(right, rightKeys));
            var crossings = Crossings(left, leftKeys, right, rightKeys);
            if (crossings < best.Crossings)
            {
                best = ([.. left], [.. right], crossings);
            }
        }
        left.Clear();
        left.AddRange(best.Left);
        right.Clear();
        right.AddRange(best.Right);
    }

    /// <summary>Pairs of connections that cross.</summary>
    public static int Crossings<TLeft, TRight>(
        IReadOnlyList<TLeft> left, Func<TLeft, IEnumerable<int>> leftKeys,
        IReadOnlyList<TRight> right, Func<TRight, IEnumerable<int>> rightKeys)
    {
        var edges = new List<(int Left, int Right)>();
        var places = right.SelectMany((item, place) => rightKeys(item).Select(key => (Key: key, Place: place)))
            .ToLookup(pair => pair.Key, pair => pair.Place);
        for (var i = 0; i < left.Count; i++)
        {
            edges.AddRange(leftKeys(left[i]).SelectMany(key => places[key]).Select(place => (i, place)));
        }
        var crossings = 0;
        for (var i = 0; i < edges.Count; i++)
        {
            for (var j = i + 1; j < edges.Count; j++)
            {
                if ((edges[i].Left - edges[j].Left) * (edges[i].Right - edges[j].Right) < 0)
                {
                    crossings++;
                }
            }
        }
        return crossings;
    }

    private static Dictionary<int, double> Places<T>(List<T> items, Func<T, IEnumerable<int>> keys) =>
        items.SelectMany((item, place) => keys(item).Select(key => (Key: key, Place: place)))
            .GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Average(pair => pair.Place));

    // items that are joined to nothing stay at the end, in their order
    private static void Sort<T>(List<T> items, Func<T, IEnumerable<int>> keys, Dictionary<int, double> places)
    {
        var sorted = items.OrderBy(item => keys(item).Where(places.ContainsKey).Select(key => places[key])
            .DefaultIfEmpty(double.MaxValue).Average()).ToList();
        items.Clear();
        items.AddRange(sorted);
    }
}
