using System.Runtime.InteropServices;

namespace PyramidOT.Cli;

/// <summary>
/// Ctrl+C, and a request to terminate: cancels a token, so that the command ends in order and leaves no half-written file. Work that
/// cannot be stopped half-way is marked by <see cref="Abandonable"/>; there, the process ends at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly Lock _lock = new();
    private readonly PosixSignalRegistration[] _registrations;
    private bool _isAbandonable;

    public Interruption() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt),
    ];

    /// <summary>Cancelled when the user interrupts.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>
    /// Runs work that has no way to stop and no file open for writing. An interruption ends the process without unwinding: memory
    /// that the work still uses must not be freed under it.
    /// </summary>
    /// <exception cref="OperationCanceledException">The user has interrupted before.</exception>
    public void Abandonable(Action work)
    {
        lock (_lock)
        {
            Token.ThrowIfCancellationRequested();
            _isAbandonable = true;
        }

        try
        {
            work();
        }
        finally
        {
            lock (_lock)
            {
                _isAbandonable = false;
            }
        }
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void Interrupt(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (_lock)
        {
            // A second Ctrl+C means it, too.
            if (_isAbandonable || _source.IsCancellationRequested)
            {
                Terminal.LeaveProgress();
                Environment.Exit(Failure.Report(new OperationCanceledException()));
            }
        }

        _source.Cancel();
    }
}
