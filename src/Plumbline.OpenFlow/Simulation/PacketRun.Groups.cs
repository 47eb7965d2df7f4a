using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Groups;

namespace Plumbline.OpenFlow.Simulation;

internal sealed partial class PacketRun
{
    /// <summary>False: the group does not exist, and the rest of the list is not done.</summary>
    private bool ToGroup(uint id)
    {
        if (!MayGoOn())
        {
            return true;
        }
        if (_bridge.Group(id) is not { } group)
        {
            if (_bridge.Facts.Groups is null)
            {
                Unknown($"group {id} of {_bridge.Name} was not told");
                return true;
            }
            DropHere($"{_bridge.Name} has no group {id}");
            return false;
        }
        switch (group.Type)
        {
            case GroupType.All or GroupType.Indirect:
                foreach (var bucket in group.Buckets)
                {
                    ToBucket(bucket);
                }
                break;
            case GroupType.FastFailover:
                if (group.Buckets.FirstOrDefault(b => IsAlive(b, 0)) is { } first)
                {
                    ToBucket(first);
                }
                else
                {
                    DropHere($"group {id} has no live bucket");
                }
                break;
            default:
                Select(group);
                break;
        }
        return true;
    }

    private void Select(FlowGroup group)
    {
        var live = group.Buckets.Where(b => b.Weight > 0 && (b is { WatchPort: null, WatchGroup: null } || IsAlive(b, 0))).ToList();
        var was = _isCertain;
        if (live.Count > 1 && live.TrueForAll(b => string.Join(',', b.Actions.Select(a => a.Text)) == string.Join(',', live[0].Actions.Select(a => a.Text))))
        {
            live.RemoveRange(1, live.Count - 1);   // whichever it is
        }
        if (live.Count > 1)
        {
            Unknown($"which of {live.Count} buckets group {group.Id} of {_bridge.Name} selects is decided by a hash");
            _isCertain = false;
        }
        foreach (var bucket in live)
        {
            ToBucket(bucket);
        }
        _isCertain = was;
        if (live.Count == 0)
        {
            DropHere($"group {group.Id} has no live bucket");
        }
    }

    private void ToBucket(Bucket bucket)
    {
        var key = _key.Copy();
        _nesting++;
        _depth++;
        var actions = Order(bucket.Actions);
        Execute(actions);
        _depth--;
        _nesting--;
        _key.CopyFrom(key);
        _exit = false;
    }

    /// <summary>A bucket that watches nothing is alive only in groups that do not need to watch.</summary>
    private bool IsAlive(Bucket bucket, int depth)
    {
        if (depth > MaxDepth)
        {
            return false;
        }
        if (bucket.WatchPort is { } watched && _bridge.NumberOf(watched) is { } number && number != OfPort.None)
        {
            if (_bridge.Facts.Ports is null)
            {
                Unknown($"whether port {watched} of {_bridge.Name} is up was not told");
                return true;
            }
            if (_bridge.Port(number) is { IsLive: true })
            {
                return true;
            }
        }
        return bucket.WatchGroup is { } id && _bridge.Group(id) is { } group && group.Buckets.Any(b => IsAlive(b, depth + 1));
    }
}
