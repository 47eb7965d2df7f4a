using System.Runtime.CompilerServices;

namespace Plumbline.Packets.Flows;

/// <summary>The newest holes of one direction; more than these at once are forgotten, oldest first. Most directions never have any.</summary>
internal sealed class TcpHoles
{
    private const int Most = 16;
    private Few _holes;
    private int _next;

    /// <summary>Remembers one.</summary>
    public void Add(in TcpHole hole)
    {
        _holes[_next % Most] = hole;
        _next = (_next + 1) % Most;
    }

    /// <summary>The hole in which a segment lies; what remains of it in front and behind stays one.</summary>
    public bool TryFill(uint start, uint end, out TcpHole hole)
    {
        for (var i = 0; i < Most; i++)
        {
            hole = _holes[i];
            if (hole.IsEmpty || !hole.Holds(start, end))
            {
                continue;
            }
            _holes[i] = hole with { Start = end };
            if (hole.Start != start)
            {
                Add(hole with { End = start });
            }
            return true;
        }
        hole = default;
        return false;
    }

    [InlineArray(Most)]
    private struct Few
    {
        private TcpHole _first;
    }
}
