using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Verdicts;

/// <summary>Addresses for people.</summary>
public static class AddressWords
{
    /// <summary>Without a prefix length.</summary>
    public static string NameOf(IPFamily family, UInt128 address)
    {
        var text = new MaskedAddress(family, address, MaskedAddress.WholeMask(family)).ToString();
        return text[..text.IndexOf('/')];
    }
}
