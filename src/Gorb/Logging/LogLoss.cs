namespace Gorb.Logging;

/// <summary>Counts log lines that were dropped because standard output was not read fast enough or could not be written.</summary>
internal sealed class LogLoss
{
    private long _lines;

    public long Lines => Interlocked.Read(ref _lines);

    public void Add() => Interlocked.Increment(ref _lines);
}
