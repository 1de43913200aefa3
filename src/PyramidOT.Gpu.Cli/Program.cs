using System.CommandLine;
using PyramidOT.Cli;

try
{
    using Interruption interruption = new();
    return CommandLine.Run(args, interruption);
}
#pragma warning disable CA1031 // Whatever it is, it ends in one line and an exit code.
catch (Exception exception)
#pragma warning restore CA1031
{
    return Failure.Report(exception);
}
