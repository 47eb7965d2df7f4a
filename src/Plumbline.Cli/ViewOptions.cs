using System.CommandLine;
using Plumbline.Diagnosis;
using Plumbline.Views;

namespace Plumbline.Cli;

/// <summary>How answers come out.</summary>
internal static class ViewOptions
{
    /// <summary><c>--json</c>, which every command has that a script would ask.</summary>
    public static Option<bool> CreateJson() => new("--json")
    {
        Description = "Answer as one JSON document (docs/json.md)",
    };

    /// <summary>What this console can show.</summary>
    public static RenderOptions For(CliConsole console, Target? focus = null) => new()
    {
        Colour = console.Colour,
        Unicode = console.Unicode,
        Width = console.Width,
        Focus = focus,
    };

    /// <summary>Writes a rendered answer, ending in one line feed.</summary>
    public static void Write(CliConsole console, string text)
    {
        console.Out.Write(text);
        if (!text.EndsWith('\n'))
        {
            console.Out.WriteLine();
        }
    }
}
