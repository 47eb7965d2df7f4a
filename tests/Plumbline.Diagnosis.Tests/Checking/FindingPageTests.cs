using System.Text.RegularExpressions;
using Plumbline.Diagnosis.Checking;
using Plumbline.Testing;

namespace Plumbline.Diagnosis.Tests.Checking;

/// <summary>What the code can say and what docs/findings explains are the same.</summary>
public sealed partial class FindingPageTests
{
    [Fact]
    public void Each_finding_has_its_page_and_each_page_its_finding()
    {
        var source = Path.Combine(SharedFiles.RepositoryRoot, "src", "Plumbline.Diagnosis");
        var files = Directory.GetFiles(Path.Combine(source, "Checking"), "*.cs", SearchOption.AllDirectories)
            .Concat(Directory.GetFiles(Path.Combine(source, "Comparing"), "IntentComparison*.cs"));
        var pages = FindingPages.Ids.ToHashSet(StringComparer.Ordinal);
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var text = File.ReadAllText(file);
            // where a finding is made an id stands, and it has a page
            var made = Made().Matches(text).SelectMany(m => m.Groups["id"].Captures.Select(c => c.Value)).ToList();
            Assert.All(made, id => Assert.True(pages.Contains(id), $"{Path.GetFileName(file)} finds {id}, which has no page in docs/findings"));
            named.UnionWith(Quoted().Matches(text).Select(m => m.Groups[1].Value));
        }
        Assert.All(pages, id => Assert.True(named.Contains(id), $"nothing in the code finds {id}"));
    }

    [Fact]
    public void A_page_says_what_was_seen_what_comes_of_it_and_how_to_mend_it() =>
        Assert.All(FindingPages.Ids, id =>
        {
            var page = FindingPages.Read(id)!;
            Assert.StartsWith($"# {id}\n", page, StringComparison.Ordinal);
            Assert.All((string[])["## Seen", "## What comes of it", "## How to mend it", "## Needed to find it"],
                part => Assert.Contains(part, page, StringComparison.Ordinal));
        });

    [Fact]
    public void What_is_no_finding_has_no_page() => Assert.Null(FindingPages.Read("no-such-finding"));

    [GeneratedRegex("""Id = (?:[^"\n]*\? )?"(?<id>[a-z0-9-]+)"(?: : "(?<id>[a-z0-9-]+)")?|\.Add\("(?<id>[a-z0-9]+-[a-z0-9-]+)",|Fault\(node, "(?<id>[a-z0-9-]+)"|=> \("(?<id>[a-z]+-[a-z-]+)",""")]
    private static partial Regex Made();

    [GeneratedRegex("\"([a-z0-9]+(?:-[a-z0-9]+)*)\"")]
    private static partial Regex Quoted();
}
