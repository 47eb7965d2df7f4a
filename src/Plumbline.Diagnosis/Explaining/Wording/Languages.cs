using System.Diagnostics;

namespace Plumbline.Diagnosis.Explaining.Wording;

/// <summary>Languages by their codes.</summary>
public static class Languages
{
    /// <summary>All codes, as <c>--lang</c> takes them.</summary>
    public static IReadOnlyList<string> Codes { get; } = ["en", "ru", "zh"];

    /// <summary>ISO 639-1 code.</summary>
    public static string CodeOf(Language language) => language switch
    {
        Language.English => "en",
        Language.Russian => "ru",
        Language.Chinese => "zh",
        _ => throw new UnreachableException($"{language}"),
    };

    /// <summary>The language of a code or of a locale's name (<c>ru_RU.UTF-8</c>, <c>zh-CN</c>); null where we do not speak it.</summary>
    public static Language? Find(string? locale)
    {
        var text = locale.AsSpan();
        var end = text.IndexOfAny("_.@-");
        return (end < 0 ? text : text[..end]) switch
        {
            "en" or "C" or "POSIX" => Language.English,
            "ru" => Language.Russian,
            "zh" => Language.Chinese,
            _ => null,
        };
    }

    /// <summary>The language that the environment asks for: the first of LC_ALL, LC_MESSAGES, LANG that is set and not empty (locale(7)).</summary>
    public static Language OfEnvironment(Func<string, string?> variable)
    {
        foreach (var name in (ReadOnlySpan<string>)["LC_ALL", "LC_MESSAGES", "LANG"])
        {
            if (variable(name) is { Length: > 0 } locale)
            {
                return Find(locale) ?? Language.English;
            }
        }
        return Language.English;
    }
}
