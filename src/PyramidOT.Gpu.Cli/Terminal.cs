using Spectre.Console;

namespace PyramidOT.Cli;

/// <summary>The consoles behind stdout and stderr. Where a stream is redirected, no control sequence ever goes to it.</summary>
internal static class Terminal
{
    /// <summary>Writes a table on stdout: at the terminal's width, or as plain columns where stdout is redirected.</summary>
    public static void WriteTable(Table table)
    {
        table.Border = TableBorder.None;
        if (!Console.IsOutputRedirected)
        {
            Open(Console.Out, isRedirected: false).Write(table);
            return;
        }

        // Unlimited width: no cell is wrapped, so that each row is one line, for grep and the like.
        using StringWriter text = new();
        IAnsiConsole console = Open(text, isRedirected: true);
        console.Profile.Width = int.MaxValue / 2;
        console.Write(table);
        foreach (string line in text.ToString().TrimEnd().Split('\n'))
        {
            Console.Out.WriteLine(line.TrimEnd());
        }
    }

    /// <summary>Runs work with progress bars on stderr, or without where stderr is no terminal.</summary>
    public static T WithProgress<T>(Func<Phases, T> work) => Console.IsErrorRedirected
        ? work(new(null))
        : Open(Console.Error, isRedirected: false).Progress().AutoClear(true).HideCompleted(true)
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn(), new ProgressBarColumn(), new ElapsedTimeColumn())
            .Start(context => work(new(context)));

    /// <summary>Leaves stderr fit for a last line where the process ends before a progress bar does: bars hide the cursor.</summary>
    public static void LeaveProgress()
    {
        if (!Console.IsErrorRedirected)
        {
            Console.Error.Write('\r');
            Open(Console.Error, isRedirected: false).Cursor.Show(true);
        }
    }

    private static IAnsiConsole Open(TextWriter writer, bool isRedirected) => AnsiConsole.Create(new()
    {
        Out = new AnsiConsoleOutput(writer),
        Ansi = isRedirected ? AnsiSupport.No : AnsiSupport.Detect,
        ColorSystem = isRedirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        Interactive = isRedirected ? InteractionSupport.No : InteractionSupport.Detect,

        // The default ones turn colours on wherever a build server's variables are set.
        Enrichment = new() { UseDefaultEnrichers = false },
    });
}

/// <summary>The phases of a verb's work, each a bar while it lasts.</summary>
internal sealed class Phases(ProgressContext? context, string prefix = "")
{
    private ProgressTask? _task;

    /// <summary>The same bars, whose names begin with a text.</summary>
    public Phases Under(string text) => new(context, prefix + text);

    /// <summary>Begins a phase, which ends the one before.</summary>
    /// <param name="name">What is done.</param>
    /// <param name="total">How much there is to do; null where nothing can be said on the way.</param>
    public void Begin(string name, long? total = null)
    {
        _task?.StopTask();
        _task = context?.AddTask(Markup.Escape(prefix + name), maxValue: Math.Max(1, total ?? 1));
        if (_task is not null)
        {
            _task.IsIndeterminate = total is null;
        }
    }

    /// <summary>Says anew what the phase does.</summary>
    public void Rename(string name)
    {
        if (_task is not null)
        {
            _task.Description = Markup.Escape(prefix + name);
        }
    }

    /// <summary>Tells how much of the phase is done so far.</summary>
    public void Reach(long done)
    {
        if (_task is not null)
        {
            _task.Value = done;
        }
    }
}
