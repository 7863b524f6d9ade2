namespace Gorb.Logging;

/// <summary>Counts log lines that were dropped because standard output was not read fast enough or could not be written.</summary>
internal sealed class LogLoss
{
    private long _lines;

    public long Lines => Interlocked.Read(ref _lines);

    public void Add(int lines = 1) => Interlocked.Add(ref _lines, lines);
}
