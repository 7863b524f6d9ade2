using Gorb.Ipvs.Connections;
using Gorb.Model;

namespace Gorb.Connections;

/// <summary>Reads the kernel's connection table, for one request at a time: the kernel walks its whole table for each.</summary>
/// <param name="path">The kernel's file.</param>
internal sealed class ConnectionReader(string path) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Counts the connections of a query.</summary>
    /// <exception cref="RequestException">The table cannot be read.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="aborted"/> ended it.</exception>
    public async Task<ConnectionsView> CountAsync(ConnectionCount count, CancellationToken aborted)
    {
        await _turn.WaitAsync(aborted);
        try
        {
            await using var text = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            ConnectionTable.Read(text, count.Visit, aborted);
            return count.ToView();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            throw RequestException.Unavailable(error);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
