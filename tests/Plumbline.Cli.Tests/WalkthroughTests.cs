using Plumbline.Testing;

namespace Plumbline.Cli.Tests;

/// <summary>docs/walkthrough.md shows what the program prints, where that needs no lab.</summary>
public sealed class WalkthroughTests
{
    [SkippableFact]
    public async Task The_second_article_is_explained_as_the_walkthrough_shows_it()
    {
        var article = SharedFiles.Require("seeds/004_80fcc15f90f8bbdf.txt");
        var shown = await File.ReadAllLinesAsync(Path.Combine(SharedFiles.RepositoryRoot, "docs", "walkthrough.md"));
        foreach (var language in new[] { "en", "zh", "ru" })
        {
            var run = await CommandLine.RunAsync("explain", "--lang", language, "--from", article);
            var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var wanted = language == "en" ? lines : lines[..4];
            Assert.All(wanted, line => Assert.Contains($"    {line}", shown));
        }
    }
}
