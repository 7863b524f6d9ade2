using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Cluster.Chaos;

/// <summary>Clients that write backends at all directors at once, and note what is answered.</summary>
/// <param name="directors">The directors.</param>
/// <param name="history">Takes what is written.</param>
/// <param name="clock">The clock of the run.</param>
internal sealed class Writers(Directors directors, WriteHistory history, RunClock clock)
{
    /// <summary>The service that has the backends.</summary>
    public const string Service = "four";

    /// <summary>A director that is stopped answers when it goes on.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private int _lastWeight = 1000; // weights are unique, so that a table tells which writes made it

    /// <summary>The backends that are written.</summary>
    public static IReadOnlyList<string> Backends { get; } = [.. Enumerable.Range(0, 6).Select(static number => $"w{number}")];

    /// <summary>The port of a backend, by which the kernel's table tells which one it is.</summary>
    public static int Port(string backend) => 1000 + backend[1] - '0';

    /// <summary>Writes until it is cancelled, and ends when all is answered.</summary>
    public Task RunAsync(int seed, CancellationToken end) => Task.WhenAll(ThreeDirectors.Names.Select((name, number) => RunAsync(name, new Random(unchecked(seed + number)), end)));

    /// <summary>Writes at each director until it acknowledges one: after the faults all of them do.</summary>
    public async Task SucceedAsync()
    {
        foreach (var name in ThreeDirectors.Names)
        {
            await Eventually.Async(() => WriteAsync(name, new Random(_lastWeight)), () => directors.Log);
        }
    }

    private async Task RunAsync(string director, Random random, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await Task.Delay(random.Next(20, 200), TestContext.Current.CancellationToken);
            await WriteAsync(director, random);
        }
    }

    /// <returns>True when the write was acknowledged.</returns>
    private async Task<bool> WriteAsync(string director, Random random)
    {
        var backend = Backends[random.Next(Backends.Count)];
        int? weight = random.Next(4) == 0 ? null : Interlocked.Increment(ref _lastWeight);
        var began = clock.Now;
        var fate = await TryWriteAsync(directors[director], backend, weight);
        if (fate is { } known)
        {
            history.Add(new Write(backend, weight, director, began, clock.Now, known));
        }

        return fate == Fate.Acknowledged;
    }

    /// <returns>Null when it was not sent.</returns>
    private static async Task<Fate?> TryWriteAsync(GorbProcess director, string backend, int? weight)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        using var request = new HttpRequestMessage(weight is null ? HttpMethod.Delete : HttpMethod.Put, new Uri($"/service/{Service}/{backend}", UriKind.Relative));
        request.Content = weight is null ? null : new StringContent(
            string.Create(CultureInfo.InvariantCulture, $$"""{"host": "10.9.0.21", "port": {{Port(backend)}}, "weight": {{weight}}, "pulse": {"type": "none"} }"""), Encoding.UTF8, "application/json");
        try
        {
            using var answer = await director.Http.SendAsync(request, limit.Token);
            return Judge(answer.StatusCode, weight is null, await answer.Content.ReadAsStringAsync(limit.Token));
        }
        catch (HttpRequestException error) when (error.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
        {
            return null; // the director is dead
        }
        catch (Exception error) when (error is HttpRequestException or IOException or ObjectDisposedException or OperationCanceledException && !TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return Fate.Unknown;
        }
    }

    private static Fate Judge(HttpStatusCode status, bool isDelete, string body) => status switch
    {
        HttpStatusCode.OK => Fate.Acknowledged,
        HttpStatusCode.NotFound when isDelete => Fate.Acknowledged, // it was not there
        HttpStatusCode.ServiceUnavailable when body.Contains("may have been made", StringComparison.Ordinal) || body.Contains("is in the cluster's table", StringComparison.Ordinal) => Fate.Unknown,
        HttpStatusCode.ServiceUnavailable or HttpStatusCode.Conflict => Fate.Refused,
        _ => throw new InvalidOperationException($"A write was answered with {(int)status}: {body}"),
    };
}
