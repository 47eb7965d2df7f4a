using Plumbline.Node.Topologies;

namespace Plumbline.Views.Svg;

/// <summary>A colour for each local VLAN, by its rank, so that neighbours in number differ. The number is always written as well.</summary>
internal sealed class NetworkColours(Topology topology)
{
    /// <summary>How many colours the style sheet has.</summary>
    public const int Count = 8;

    private readonly List<int> _vlans = [.. topology.Elements.Select(element => element.Vlan)
        .Concat(topology.Vifs.Select(vif => vif.LocalVlan)).OfType<int>().Where(vlan => vlan != Words.DeadVlan).Distinct().Order()];

    private Dictionary<int, int>? _ranks;

    /// <summary>CSS class.</summary>
    public string ClassOf(int vlan) => vlan == Words.DeadVlan ? "dead" : $"net{Words.Text(RankOf(vlan) % Count)}";

    private int RankOf(int vlan)
    {
        if (_ranks is null)
        {
            _ranks = [];
            for (var i = 0; i < _vlans.Count; i++)
            {
                _ranks.Add(_vlans[i], i);
            }
        }
        return _ranks[vlan];
    }

    /// <summary>All VLANs in use but the dead one.</summary>
    public IReadOnlyList<int> Vlans => _vlans;
}
