namespace Gorb.Logging;

/// <summary>Counts the lines of the log that were not written because nobody reads them fast enough, or because they cannot be written.</summary>
internal sealed class LogLoss
{
    private long _lines;

    public long Lines => Interlocked.Read(ref _lines);

    public void Add() => Interlocked.Increment(ref _lines);
}
