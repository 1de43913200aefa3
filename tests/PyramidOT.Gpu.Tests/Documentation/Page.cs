using System.Text;
using System.Text.RegularExpressions;

namespace PyramidOT.Tests.Documentation;

/// <summary>A page of the documentation: Markdown, its code and its prose told apart.</summary>
internal sealed partial class Page
{
    private static readonly Lazy<IReadOnlyList<Page>> s_all = new(() => [.. Files().Select(path => new Page(path))]);

    private Page(string path)
    {
        FilePath = path;
        Name = Path.GetRelativePath(Root, path).Replace('\\', '/');
        List<string> code = [];
        StringBuilder prose = new();
        bool isFenced = false;
        foreach (string line in File.ReadLines(path))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                isFenced = !isFenced;
            }
            else if (isFenced || line.StartsWith("    ", StringComparison.Ordinal))
            {
                code.Add(line.Trim());
            }
            else
            {
                prose.AppendLine(line);
            }
        }

        Code = code;
        Prose = prose.ToString();
        Anchors = [.. Headings().Matches(Prose).Select(heading => AnchorOf(heading.Groups[1].Value))];
    }

    /// <summary>The repository's root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>All pages: the repository's own, those of docs, and the read-me files beside samples and benchmarks.</summary>
    public static IReadOnlyList<Page> All => s_all.Value;

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>Its name from the root on.</summary>
    public string Name { get; }

    /// <summary>The lines of its blocks of code.</summary>
    public IReadOnlyList<string> Code { get; }

    /// <summary>All other lines.</summary>
    public string Prose { get; }

    /// <summary>What a link's part behind # may name.</summary>
    public HashSet<string> Anchors { get; }

    /// <summary>A page by its name.</summary>
    public static Page Of(string name) => All.Single(page => page.Name == name);

    /// <summary>Where its links lead that stay in the repository.</summary>
    public IEnumerable<string> Links() => InlineLinks().Matches(InlineCode().Replace(Prose, ""))
        .Select(link => link.Groups[1].Value)
        .Where(link => !link.StartsWith("http", StringComparison.Ordinal));

    /// <summary>The part under a heading of the second rank, without the heading.</summary>
    public string Section(string heading)
    {
        string text = File.ReadAllText(FilePath);
        int start = text.IndexOf($"\n## {heading}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"{Name} has no section {heading}.");
        int end = text.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        return text[(start + heading.Length + 5)..(end < 0 ? text.Length : end)];
    }

    private static IEnumerable<string> Files() =>
    [
        .. Directory.EnumerateFiles(Root, "*.md"),
        .. Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md"),
        .. Directory.EnumerateFiles(Path.Combine(Root, "bench"), "*.md"),
        .. Directory.EnumerateDirectories(Path.Combine(Root, "samples")).SelectMany(folder => Directory.EnumerateFiles(folder, "*.md")),
    ];

    // As GitHub makes them.
    private static string AnchorOf(string heading) => NoAnchor().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');

    private static string FindRoot()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "PyramidOT.Gpu.sln")))
        {
            at = at.Parent;
        }

        return at?.FullName ?? throw new DirectoryNotFoundException("No folder above the tests has PyramidOT.Gpu.sln.");
    }

    [GeneratedRegex(@"^#+ (.+?)\s*$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex InlineLinks();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NoAnchor();
}
