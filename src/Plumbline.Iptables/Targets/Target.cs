namespace Plumbline.Iptables;

/// <summary>What a rule does with a packet that matches. A closed set, as <see cref="Match"/> is.</summary>
public abstract record Target
{
    private protected Target()
    {
    }
}
