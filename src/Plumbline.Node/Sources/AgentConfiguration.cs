using System.Text;

namespace Plumbline.Node.Sources;

/// <summary>Configuration files in oslo.config's form, as Neutron's agents have.</summary>
internal static class AgentConfiguration
{
    private static readonly string[] _secrets = ["password", "secret", "token", "transport_url", "connection", "credential", "private_key"];

    /// <summary>The text with <c>***</c> in place of every value whose key sounds like a secret.</summary>
    public static string WithoutSecrets(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var equals = line.IndexOf('=');
            var key = equals < 0 ? default : line[..equals];
            var isSecret = false;
            foreach (var word in _secrets)
            {
                isSecret |= key.Contains(word, StringComparison.OrdinalIgnoreCase);
            }
            result.Append(isSecret ? line[..(equals + 1)] : line).Append(isSecret ? " ***\n" : "\n");
        }
        return result.ToString();
    }
}
