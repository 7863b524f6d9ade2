using System.Net.Sockets;
using System.Text;

namespace Gorb.Neighbors;

/// <summary>
/// Finds the other Gorbs that write into the same kernel table, and answers theirs. It warns and does nothing else: daemons with different services get along.
/// Another one is named when two searches in a row have found it, so that a predecessor that is still ending is not.
/// </summary>
internal sealed partial class NeighborWatch(NeighborOptions options, TimeProvider time, ILogger<NeighborWatch> logger) : BackgroundService
{
    /// <summary>Others that are asked in one search, so that a process with many such sockets cannot keep it busy.</summary>
    private const int MaxAsked = 64;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly byte[] _introduction = Encoding.UTF8.GetBytes($"{options.Introduction}, since {time.GetUtcNow():u}");
    private readonly string _name = NeighborSocket.NewName(options.Prefix ?? "");
    private readonly Dictionary<string, Neighbor> _found = new(StringComparer.Ordinal);
    private volatile IReadOnlyCollection<string> _others = [];
    private Socket? _listener;

    /// <summary>The others, each in words. Any thread may read them.</summary>
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
            LogUnseen(error.Message);
        }

        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _listener?.Dispose();
        base.Dispose();
    }

    /// <summary>Looks once at who is there.</summary>
    internal async Task SearchAsync(CancellationToken stop)
    {
        var names = Names();
        foreach (var (name, neighbor) in _found.ToList())
        {
            if (names.Contains(name))
            {
                Confirm(name, neighbor);
            }
            else
            {
                Miss(name, neighbor);
            }
        }

        foreach (var name in names.Where(name => !_found.ContainsKey(name)).Take(MaxAsked).ToList())
        {
            await AskAsync(name, stop);
        }

        _others = [.. _found.Values.Where(static neighbor => neighbor.IsTold).Select(static neighbor => neighbor.Text!).Order(StringComparer.Ordinal)];
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(AnswerAsync(stoppingToken), SearchAgainAndAgainAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            _listener?.Dispose(); // found no more from now on
        }
    }

    private async Task SearchAgainAndAgainAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stop))
        {
            try
            {
                await SearchAsync(stop);
            }
            catch (Exception error) when (!stop.IsCancellationRequested) // a defect must not end the search for good
            {
                LogFailed(error);
            }
        }
    }

    /// <summary>Introduces this daemon to everybody who connects, one after the other.</summary>
    private async Task AnswerAsync(CancellationToken stop)
    {
        while (_listener is { } listener)
        {
            try
            {
                using var visitor = await listener.AcceptAsync(stop);
                await IntroduceAsync(visitor, stop);
            }
            catch (SocketException error) // no descriptor is left
            {
                LogUnseen(error.Message);
                await Task.Delay(Period, time, stop);
            }
        }
    }

    private async Task IntroduceAsync(Socket visitor, CancellationToken stop)
    {
        try
        {
            await visitor.SendAsync(_introduction, stop); // fits into the socket's buffer, so it does not wait for the visitor
        }
        catch (SocketException error)
        {
            LogVisitorGone(error.Message);
        }
    }

    private HashSet<string> Names()
    {
        try
        {
            var names = NeighborSocket.Names(options.Prefix!);
            names.Remove(_name);
            return names;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogBlind(error.Message);
            return [.. _found.Keys];
        }
    }

    private void Confirm(string name, Neighbor neighbor)
    {
        _found[name] = neighbor with { IsTold = neighbor.Text is not null, IsMissing = false };
        if (neighbor is { Text: { } text, IsTold: false })
        {
            LogFound(text);
        }
    }

    /// <summary>One that is missing twice in a row has ended: the kernel's list may leave out an entry when others change meanwhile.</summary>
    private void Miss(string name, Neighbor neighbor)
    {
        if (!neighbor.IsMissing)
        {
            _found[name] = neighbor with { IsMissing = true };
            return;
        }

        _found.Remove(name);
        if (neighbor.IsTold)
        {
            LogGone(neighbor.Text!);
        }
    }

    /// <summary>One that cannot be asked now is asked again next time.</summary>
    private async Task AskAsync(string name, CancellationToken stop)
    {
        try
        {
            _found[name] = new Neighbor(await NeighborSocket.AskAsync(name, time, stop));
        }
        catch (Exception error) when (error is SocketException || (error is OperationCanceledException && !stop.IsCancellationRequested))
        {
            LogSilent(name, error.Message);
        }
    }

    /// <param name="Text">Its introduction; null for a process that is not trusted.</param>
    /// <param name="IsTold">Whether it was there twice, and was named.</param>
    /// <param name="IsMissing">Whether the last search did not find it.</param>
    private sealed record Neighbor(string? Text, bool IsTold = false, bool IsMissing = false);

    [LoggerMessage(1070, LogLevel.Warning,
        "Another Gorb writes into the IPVS table of this network namespace: {Other}. Both may run as long as no service is in both: of such a service, each undoes what the other sets")]
    private partial void LogFound(string other);

    [LoggerMessage(1071, LogLevel.Information, "The other Gorb has ended: {Other}")]
    private partial void LogGone(string other);

    [LoggerMessage(1072, LogLevel.Debug, "Other Gorbs on this kernel do not see this one: {Reason}")]
    private partial void LogUnseen(string reason);

    [LoggerMessage(1073, LogLevel.Debug, "Other Gorbs on this kernel are not seen: {Reason}")]
    private partial void LogBlind(string reason);

    [LoggerMessage(1074, LogLevel.Debug, "{Name} does not say who it is: {Reason}")]
    private partial void LogSilent(string name, string reason);

    [LoggerMessage(1076, LogLevel.Error, "The search for other Gorbs failed; it is repeated")]
    private partial void LogFailed(Exception error);

    [LoggerMessage(1075, LogLevel.Debug, "Another Gorb left before it was answered: {Reason}")]
    private partial void LogVisitorGone(string reason);
}
