using System.Net.Sockets;
using System.Text;

namespace Gorb.Neighbors;

/// <summary>
/// Finds other Gorb daemons that manage the same kernel table, and introduces this daemon to them. It only warns, since daemons with different services
/// can run side by side. Another daemon is reported after two searches in a row have found it, so that a predecessor that is still shutting down is not.
/// </summary>
internal sealed partial class NeighborWatch(NeighborOptions options, TimeProvider time, ILogger<NeighborWatch> logger) : BackgroundService
{
    /// <summary>The most daemons asked in one search, so that a process with many such sockets cannot keep the search busy.</summary>
    private const int MaxPerSearch = 64;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly byte[] _introduction = Encoding.UTF8.GetBytes($"{options.Introduction}, since {time.GetUtcNow():u}");
    private readonly string _name = NeighborSocket.NewName(options.Prefix ?? "");
    private readonly Dictionary<string, Neighbor> _found = new(StringComparer.Ordinal);
    private volatile IReadOnlyCollection<string> _others = [];
    private Socket? _listener;

    /// <summary>The other daemons, each described as text. Thread-safe.</summary>
    public IReadOnlyCollection<string> Others => _others;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Prefix is null)
        {
            return Task.CompletedTask;
        }

        try
        {
            _listener = NeighborSocket.Listen(_name);
        }
        catch (SocketException error)
        {
            LogHidden(error.Message);
        }

        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _listener?.Dispose();
        base.Dispose();
    }

    /// <summary>Searches once.</summary>
    internal async Task SearchAsync(CancellationToken stop)
    {
        var names = FindNames();
        foreach (var (name, neighbor) in _found.ToList())
        {
            if (names.Contains(name))
            {
                MarkFound(name, neighbor);
            }
            else
            {
                MarkMissing(name, neighbor);
            }
        }

        foreach (var name in names.Where(name => !_found.ContainsKey(name)).Take(MaxPerSearch).ToList())
        {
            await ReadAsync(name, stop);
        }

        _others = [.. _found.Values.Where(static neighbor => neighbor.IsReported).Select(static neighbor => neighbor.Text!).Order(StringComparer.Ordinal)];
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(ServeAsync(stoppingToken), SearchPeriodicallyAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            _listener?.Dispose(); // stop being found
        }
    }

    private async Task SearchPeriodicallyAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stop))
        {
            try
            {
                await SearchAsync(stop);
            }
            catch (Exception error) when (!stop.IsCancellationRequested) // a defect must not stop the search
            {
                LogBroke(error);
            }
        }
    }

    /// <summary>Introduces this daemon to each process that connects, one after the other.</summary>
    private async Task ServeAsync(CancellationToken stop)
    {
        while (_listener is { } listener)
        {
            try
            {
                using var peer = await listener.AcceptAsync(stop);
                await IntroduceAsync(peer, stop);
            }
            catch (SocketException error) // no file descriptor is left
            {
                LogHidden(error.Message);
                await Task.Delay(Period, time, stop);
            }
        }
    }

    private async Task IntroduceAsync(Socket peer, CancellationToken stop)
    {
        try
        {
            await peer.SendAsync(_introduction, stop); // fits into the socket's buffer, so it does not wait for the peer
        }
        catch (SocketException error)
        {
            LogPeerGone(error.Message);
        }
    }

    private HashSet<string> FindNames()
    {
        try
        {
            var names = NeighborSocket.FindNames(options.Prefix!);
            names.Remove(_name);
            return names;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogSearchFailed(error.Message);
            return [.. _found.Keys];
        }
    }

    private void MarkFound(string name, Neighbor neighbor)
    {
        _found[name] = neighbor with { IsReported = neighbor.Text is not null, IsMissing = false };
        if (neighbor is { Text: { } text, IsReported: false })
        {
            LogFound(text);
        }
    }

    /// <summary>Removes a daemon that two searches in a row have missed. One is not enough: the kernel's list may omit an entry while others change.</summary>
    private void MarkMissing(string name, Neighbor neighbor)
    {
        if (!neighbor.IsMissing)
        {
            _found[name] = neighbor with { IsMissing = true };
            return;
        }

        _found.Remove(name);
        if (neighbor.IsReported)
        {
            LogGone(neighbor.Text!);
        }
    }

    /// <summary>Asks a daemon for its introduction. After a failure the next search asks again.</summary>
    private async Task ReadAsync(string name, CancellationToken stop)
    {
        try
        {
            _found[name] = new Neighbor(await NeighborSocket.ReadIntroductionAsync(name, time, stop));
        }
        catch (Exception error) when (error is SocketException || (error is OperationCanceledException && !stop.IsCancellationRequested))
        {
            LogNoIntroduction(name, error.Message);
        }
    }

    /// <param name="Text">Its introduction; null for an untrusted process.</param>
    /// <param name="IsReported">True once two searches have found it and it was reported.</param>
    /// <param name="IsMissing">True when the last search did not find it.</param>
    private sealed record Neighbor(string? Text, bool IsReported = false, bool IsMissing = false);

    [LoggerMessage(1070, LogLevel.Warning,
        "Another Gorb manages the IPVS table of this network namespace: {Other}. Both can run if they have no service in common; otherwise each reverts the other's changes")]
    private partial void LogFound(string other);

    [LoggerMessage(1071, LogLevel.Information, "The other Gorb has ended: {Other}")]
    private partial void LogGone(string other);

    [LoggerMessage(1072, LogLevel.Debug, "Other Gorb daemons on this kernel cannot find this one: {Reason}")]
    private partial void LogHidden(string reason);

    [LoggerMessage(1073, LogLevel.Debug, "Other Gorb daemons on this kernel cannot be found: {Reason}")]
    private partial void LogSearchFailed(string reason);

    [LoggerMessage(1074, LogLevel.Debug, "{Name} does not introduce itself: {Reason}")]
    private partial void LogNoIntroduction(string name, string reason);

    [LoggerMessage(1076, LogLevel.Error, "The search for other Gorb daemons failed and will be repeated")]
    private partial void LogBroke(Exception error);

    [LoggerMessage(1075, LogLevel.Debug, "Another Gorb disconnected before the introduction: {Reason}")]
    private partial void LogPeerGone(string reason);
}
