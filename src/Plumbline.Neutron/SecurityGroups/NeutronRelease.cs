namespace Plumbline.Neutron.SecurityGroups;

/// <summary>Releases of Neutron whose firewall driver writes other rules than the one before.</summary>
public enum NeutronRelease
{
    /// <summary>2014.2: comments begin.</summary>
    Juno,

    /// <summary>2015.1: INVALID before ESTABLISHED, no raw table.</summary>
    Kilo,

    /// <summary>2015.10: conntrack zones, two raw rules a port.</summary>
    Liberty,

    /// <summary>2016.4: differences are restored instead of whole tables.</summary>
    Mitaka,

    /// <summary>2016.10: the DHCP rule in two, as the second article shows it.</summary>
    Newton,

    /// <summary>2017.2: neither nat nor mangle.</summary>
    Ocata,

    /// <summary>2017.8: DHCP by destination, three raw rules with comments.</summary>
    Pike,

    /// <summary>2018.2: zones from 4097.</summary>
    Queens,

    /// <summary>2018.8: trusted ports; protocol names of the node.</summary>
    Rocky,

    /// <summary>2020.5: stateless groups.</summary>
    Ussuri,

    /// <summary>2022.10, Neutron 21: the base of all the rest.</summary>
    Zed,

    /// <summary>2024.4: address groups are sets, nat lets ports past.</summary>
    Release2024_1,

    /// <summary>2026.4: conntrack deletion for allowed address pairs too.</summary>
    Release2026_1,
}
