using System.Text;
using Plumbline.Primitives;

namespace Plumbline.Packets.Listing;

/// <summary>Names or texts of addresses as UTF-8, made once each; forgotten when there are too many.</summary>
internal sealed class AddressTexts
{
    private const int Most = 50_000;
    private readonly Dictionary<InternetAddress, byte[]> _texts = [];
    private IReadOnlyDictionary<InternetAddress, string> _names = new Dictionary<InternetAddress, string>();

    /// <summary>Names from now on, as they came.</summary>
    public void SetNames(IReadOnlyDictionary<InternetAddress, string> names)
    {
        _names = names;
        _texts.Clear();
    }

    public ReadOnlySpan<byte> Of(InternetAddress address)
    {
        if (_texts.TryGetValue(address, out var text))
        {
            return text;
        }
        if (_texts.Count == Most)
        {
            _texts.Clear();
        }
        return _texts[address] = Encoding.UTF8.GetBytes(
            _names.TryGetValue(address, out var name) ? Printable.Escape(name) : address.ToString());
    }
}
