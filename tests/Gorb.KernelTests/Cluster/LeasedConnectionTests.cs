using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Cluster;

/// <summary>Clients go on while a lease moves their addresses between directors that synchronize their connections, and a router follows by BGP.</summary>
public sealed class LeasedConnectionTests(ThreeDirectors hosts) : IClassFixture<ThreeDirectors>
{
    /// <summary>How many clients ask for each address.</summary>
    private const int Clients = 2;

    /// <summary>How many connections to an address are established right before it moves.</summary>
    private const int Few = 10;

    /// <summary>How long the handshake of a connection can take on a busy machine, in seconds.</summary>
    private const int Handshake = 5;

    [Fact]
    public async Task Connections_GoOn_WhileTheLeaseMovesTheirAddress_AndBack_AndWhenTheHolderDies()
    {
        var each = Read("GORB_CONNECTIONS", 100) / 2;
        await using var directors = await LeasedDirectors.StartAsync(hosts);
        await directors.MoveAsync("da");
        List<Socket> connections = [.. Connect(LeasedDirectors.Nat, each), .. Connect(LeasedDirectors.Routed, each)];
        try
        {
            await Eventually.Async(() => Task.FromResult(Count("db") == connections.Count && Count("dc") == connections.Count), static () => $"db knows {Count("db")} connections, dc {Count("dc")}");

            connections.AddRange([.. Connect(LeasedDirectors.Nat, Few), .. Connect(LeasedDirectors.Routed, Few)]);
            await directors.MoveAsync("db");
            CountAlive(connections).Should().Be(connections.Count, "they go on at db, also those of which db was told when it had the addresses");
            await directors.MoveAsync("da");
            CountAlive(connections).Should().Be(connections.Count, "they go on at da");

            await directors.FailOverAsync("da", "db");
            CountAlive(connections).Should().BeGreaterThanOrEqualTo(connections.Count * 99 / 100, "they go on at db");
        }
        finally
        {
            connections.ForEach(static connection => connection.Dispose());
        }

        static int CountAlive(List<Socket> connections) =>
            connections.Count(static connection => LabSocket.Try(() => Visitor.RequestName(connection)) == (LeasedDirectors.Nat.Equals((connection.RemoteEndPoint as IPEndPoint)?.Address) ? "b1" : "b2"));
    }

    /// <summary>A request is lost only if its handshake was under way when its address was handed over: it can be that no director knows its connection then.</summary>
    [Fact]
    public async Task NewConnections_FailOnlyWhileAddressesAreHandedOver()
    {
        var each = Read("GORB_REQUESTS", 100) / 2;
        await using var directors = await LeasedDirectors.StartAsync(hosts);
        await directors.MoveAsync("da");
        RequestStorm[] storms = [new(LeasedDirectors.Nat, Clients, each), new(LeasedDirectors.Routed, Clients, each)];
        var moves = new List<(long Began, long Ended)>();
        try
        {
            foreach (var (director, share) in new[] { ("db", 4), ("da", 2) })
            {
                await AskedAsync(storms, each / share);
                var began = Stopwatch.GetTimestamp();
                await directors.MoveAsync(director);
                moves.Add((began, Stopwatch.GetTimestamp()));
            }
        }
        finally
        {
            await Task.WhenAll(storms.Select(static storm => storm.EndAsync()));
        }

        foreach (var storm in storms)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{storm.Vip}: {storm.Answered} requests answered, {storm.Failures.Count} failed: {Summarize(storm)}");
            storm.Failures.Where(failure => !moves.Exists(move => failure.Began > move.Began - (Handshake * Stopwatch.Frequency) && failure.Began < move.Ended)).Should().BeEmpty();
        }
    }

    private static string Summarize(RequestStorm storm) =>
        string.Join(", ", storm.Failures.CountBy(static failure => failure.Reason).Select(static reason => string.Create(CultureInfo.InvariantCulture, $"{reason.Value} {reason.Key}")));

    private static async Task AskedAsync(RequestStorm[] storms, int requests) =>
        await Eventually.Async(() => Task.FromResult(Array.TrueForAll(storms, storm => storm.Answered >= requests)), () => string.Join("; ", storms.Select(Summarize)));

    private static int Read(string variable, int usual) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : usual; // more take minutes

    private static IEnumerable<Socket> Connect(IPAddress vip, int count) => Enumerable.Range(0, count).Select(_ => Visitor.Connect(vip, 80));

    /// <summary>The established connections that a director knows.</summary>
    private static int Count(string director) =>
        Shell.Run("ip", "netns", "exec", director, "cat", "/proc/net/ip_vs_conn").Split('\n').Count(static line => line.Contains("ESTABLISHED", StringComparison.Ordinal));
}
