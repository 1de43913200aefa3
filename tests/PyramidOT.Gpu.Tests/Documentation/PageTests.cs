using System.CommandLine;
using System.CommandLine.Help;
using System.Text.RegularExpressions;
using PyramidOT.Cli;

namespace PyramidOT.Tests.Documentation;

/// <summary>The documentation says what is there: links lead somewhere, verbs, options and entry points have the names that it gives them.</summary>
public sealed partial class PageTests : IDisposable
{
    private readonly Interruption _interruption = new();
    private readonly RootCommand _root;

    public PageTests() => _root = CommandLine.Create(_interruption);

    public void Dispose() => _interruption.Dispose();

    [Fact]
    public void Links_lead_to_files_and_headings()
    {
        List<string> broken = [];
        foreach (Page page in Page.All)
        {
            foreach (string link in page.Links())
            {
                string[] parts = link.Split('#', 2);
                string file = parts[0].Length == 0 ? page.FilePath : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page.FilePath)!, parts[0]));
                bool leads = parts.Length == 1
                    ? Path.Exists(file)
                    : Page.All.FirstOrDefault(other => other.FilePath == file) is { } other && other.Anchors.Contains(parts[1]);
                if (!leads)
                {
                    broken.Add($"{page.Name}: {link}");
                }
            }
        }

        Assert.True(broken.Count == 0, string.Join(Environment.NewLine, broken));
    }

    [Fact]
    public void Reference_has_a_section_for_each_verb_with_all_its_options_and_no_others()
    {
        Page reference = Page.Of("docs/cli.md");
        List<string> wrong = [];
        foreach (Command verb in _root.Subcommands)
        {
            // "as `match --out` wrote it" names another verb's option.
            string section = OthersOptions().Replace(reference.Section(verb.Name), use => Has(use.Groups[1].Value, use.Groups[2].Value) ? "" : use.Value);
            string[] named = [.. OptionNames().Matches(section).Select(match => match.Value).Distinct()];
            string[] own = [.. verb.Options.Where(option => option is not HelpOption).Select(option => option.Name)];
            wrong.AddRange(own.Except(named).Select(option => $"{verb.Name}: {option} is missing"));
            wrong.AddRange(named.Except(own).Select(option => $"{verb.Name}: {option} is not an option of it"));
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    [Fact]
    public void Command_lines_are_understood()
    {
        int count = 0;
        List<string> wrong = [];
        foreach (Page page in Page.All)
        {
            foreach (Match line in page.Code.Select(line => Commands().Match(line)).Where(line => line.Success))
            {
                string arguments = line.Groups[1].Value.Split("  ")[0].Trim();
                if (arguments.AsSpan().IndexOfAny("[|…") >= 0)
                {
                    // What a verb's section begins with: a pattern, not a command.
                    continue;
                }

                count++;
                wrong.AddRange(_root.Parse(arguments).Errors.Select(error => $"{page.Name}: {arguments}: {error.Message}"));
            }
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
        Assert.True(count > 10, $"{count} command lines were found.");
    }

    [Fact]
    public void Commands_name_projects_that_are_there() => Assert.All(
        Page.All.SelectMany(page => page.Code).SelectMany(line => Projects().Matches(line)).Select(match => match.Groups[1].Value),
        project => Assert.True(Directory.Exists(Path.Combine(Page.Root, project)), project));

    [Fact]
    public void Guide_names_every_entry_point()
    {
        string guide = File.ReadAllText(Page.Of("docs/guide.md").FilePath);
        IEnumerable<string> entries = typeof(ComputeEngine).Assembly.GetExportedTypes()
            .Where(type => (type is { IsAbstract: true, IsSealed: true } && !type.Name.EndsWith("Names", StringComparison.Ordinal))
                || type.IsSubclassOf(typeof(TransportSolver)))
            .Select(type => type.Name)
            .Except([nameof(SampleCloudKinds), nameof(TieRules)]);

        Assert.Equal([], entries.Except(Words().Matches(guide).Select(word => word.Value)));
    }

    private bool Has(string verb, string option) => _root.Subcommands.Any(other => other.Name == verb && other.Options.Any(its => its.Name == option));

    [GeneratedRegex("(?<![a-z-])--[a-z][a-z-]*")]
    private static partial Regex OptionNames();

    [GeneratedRegex("`([a-z]+) (--[a-z][a-z-]*)`")]
    private static partial Regex OthersOptions();

    [GeneratedRegex(@"(?:^|\s|/)(?:pyramidot|src/PyramidOT\.Gpu\.Cli --) ([a-z]+(?: .*)?)$")]
    private static partial Regex Commands();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Words();

    [GeneratedRegex(@"--project (\S+)")]
    private static partial Regex Projects();
}
