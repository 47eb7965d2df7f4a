namespace Plumbline.Neutron.SecurityGroups;

/// <summary>The names under which people know Neutron's releases.</summary>
public static class NeutronReleases
{
    private static readonly (string Name, NeutronRelease Release)[] _names =
    [
        ("juno", NeutronRelease.Juno), ("2014.2", NeutronRelease.Juno),
        ("kilo", NeutronRelease.Kilo), ("2015.1", NeutronRelease.Kilo),
        ("liberty", NeutronRelease.Liberty), ("2015.10", NeutronRelease.Liberty), ("2015.2", NeutronRelease.Liberty),
        ("mitaka", NeutronRelease.Mitaka), ("2016.4", NeutronRelease.Mitaka), ("2016.1", NeutronRelease.Mitaka),
        ("newton", NeutronRelease.Newton), ("article", NeutronRelease.Newton),
        ("ocata", NeutronRelease.Ocata),
        ("pike", NeutronRelease.Pike),
        ("queens", NeutronRelease.Queens),
        ("rocky", NeutronRelease.Rocky), ("stein", NeutronRelease.Rocky), ("train", NeutronRelease.Rocky),
        ("ussuri", NeutronRelease.Ussuri), ("victoria", NeutronRelease.Ussuri), ("wallaby", NeutronRelease.Ussuri),
        ("xena", NeutronRelease.Ussuri), ("yoga", NeutronRelease.Ussuri),
        ("zed", NeutronRelease.Zed), ("2022.2", NeutronRelease.Zed), ("21", NeutronRelease.Zed), ("21.0.0", NeutronRelease.Zed),
        ("antelope", NeutronRelease.Zed), ("2023.1", NeutronRelease.Zed), ("bobcat", NeutronRelease.Zed), ("2023.2", NeutronRelease.Zed),
        ("caracal", NeutronRelease.Release2024_1), ("2024.1", NeutronRelease.Release2024_1),
        ("dalmatian", NeutronRelease.Release2024_1), ("2024.2", NeutronRelease.Release2024_1),
        ("epoxy", NeutronRelease.Release2024_1), ("2025.1", NeutronRelease.Release2024_1),
        ("flamingo", NeutronRelease.Release2024_1), ("2025.2", NeutronRelease.Release2024_1),
        ("gazpacho", NeutronRelease.Release2026_1), ("2026.1", NeutronRelease.Release2026_1),
    ];

    /// <summary>What a message lists: one name for each release whose rules differ.</summary>
    public static string Known =>
        "juno, kilo, liberty, mitaka, newton, ocata, pike, queens, rocky, ussuri, zed, 2024.1, 2026.1 (and the names between)";

    /// <summary>The name that stands for a release here.</summary>
    public static string NameOf(NeutronRelease release)
    {
        foreach (var (name, known) in _names)
        {
            if (known == release)
            {
                return release < NeutronRelease.Release2024_1 ? name : release == NeutronRelease.Release2024_1 ? "2024.1" : "2026.1";
            }
        }
        return release.ToString();
    }

    /// <summary>Finds a release by its name or number, in any case.</summary>
    public static bool TryParse(string text, out NeutronRelease release)
    {
        foreach (var (name, known) in _names)
        {
            if (name.Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                release = known;
                return true;
            }
        }
        release = default;
        return false;
    }
}
