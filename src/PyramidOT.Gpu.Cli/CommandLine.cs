using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace PyramidOT.Cli;

/// <summary>The verbs, and how a command line that makes no sense is told.</summary>
internal static class CommandLine
{
    /// <summary>Parses the arguments and runs the verb that they name.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments, Interruption interruption)
    {
        RootCommand root = Create(interruption);

        // A file name may well begin with @, and -x is a wrong option, not x bundled.
        ParseResult result = root.Parse(arguments, new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        if (Complaint(result) is { } complaint)
        {
            string verb = result.CommandResult.Command == root ? "" : result.CommandResult.Command.Name + " ";
            Failure.Report($"{complaint} (try pyramidot {verb}--help)");
            return ExitCodes.BadInput;
        }

        // Failures and Ctrl+C are Program's.
        return result.Invoke(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    /// <summary>The verbs.</summary>
    public static RootCommand Create(Interruption interruption)
    {
        RootCommand root = new("Optimal transport between point clouds, on a GPU or on all cores.")
        {
            AssignCommand.Create(interruption),
            BenchCommand.Create(interruption),
            DemoCommand.Create(interruption),
            EstimateCommand.Create(interruption),
            FlowCommand.Create(interruption),
            GenerateCommand.Create(interruption),
            InfoCommand.Create(),
            MapCommand.Create(interruption),
            MatchCommand.Create(interruption),
            MultiMarginalCommand.Create(interruption),
            ReproduceCommand.Create(interruption),
            SinkhornCommand.Create(interruption),
            SlicedCommand.Create(interruption),
            TransportCommand.Create(interruption),
        };
        foreach (VersionOption version in root.Options.OfType<VersionOption>())
        {
            version.Description = "Show version and commit.";
            version.Action = new PrintVersion();
        }

        return root;
    }

    /// <summary>The first thing that is wrong with a command line; null where nothing is, or where help or the version was asked for.</summary>
    private static string? Complaint(ParseResult result)
    {
        Command command = result.CommandResult.Command;
        if (result.Action is not ParseErrorAction && result.Action != command.Action)
        {
            return null;
        }

        // An unknown option is taken for an argument where there is room for one, so it would show as a file that is not there.
        IEnumerable<string> taken = command.Arguments.SelectMany(argument => result.GetResult(argument)?.Tokens ?? []).Select(token => token.Value);
        bool hasDoubleDash = result.Tokens.Any(token => token.Type is TokenType.DoubleDash);
        if (!hasDoubleDash && taken.Concat(result.UnmatchedTokens).FirstOrDefault(token => token.Length > 1 && token[0] == '-') is { } option)
        {
            return $"'{option}' is not an option";
        }

        if (result.Action is not ParseErrorAction)
        {
            return null;
        }

        if (command is RootCommand)
        {
            string verbs = string.Join(", ", command.Subcommands.Select(verb => verb.Name));
            return result.UnmatchedTokens.Count == 0 ? $"a verb is missing: {verbs}" : $"'{result.UnmatchedTokens[0]}' is not a verb; {verbs} are";
        }

        return result.UnmatchedTokens.Count > 0 ? $"'{result.UnmatchedTokens[0]}' is one argument too many"
            : result.Errors.Count == 0 ? null
            : Missing(result) is { } missing ? $"{missing} is missing"
            : result.Errors[0].Message.TrimEnd('.');
    }

    /// <summary>The first argument or option that must be given and is not.</summary>
    private static string? Missing(ParseResult result) =>
        result.Errors.Select(error => error.SymbolResult).OfType<ArgumentResult>().FirstOrDefault(argument => argument.Tokens.Count == 0)?.Argument.Name
        ?? result.CommandResult.Command.Options.FirstOrDefault(option => option.Required && result.GetResult(option) is null or { Implicit: true })?.Name;

    private sealed class PrintVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            Console.Out.WriteLine(ProductVersion.Current);
            return ExitCodes.Done;
        }
    }
}
