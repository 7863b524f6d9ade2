using System.Net;
using System.Text;
using Gorb.Etcd;
using Gorb.Ipvs.Processes;

namespace Gorb.Tests.Etcd;

/// <summary>Three real members of etcd, each behind a cable. It is started once for all tests of the collection.</summary>
public sealed class EtcdCluster : IAsyncLifetime
{
    private const int ClientPort = 2379, PeerPort = 2380, Size = 3, CableNumber = 100;

    /// <summary>After this time a write is sent again: what a follower passes on to a leader that is stopped is lost.</summary>
    private static readonly TimeSpan PutDeadline = TimeSpan.FromSeconds(1);

    private readonly List<EtcdProcess> _members = [];
    private readonly List<Cable> _cables = [];
    private readonly List<Uri> _direct = [];
    private int _tests;

    /// <summary>The members behind their cables.</summary>
    internal IReadOnlyList<Uri> Endpoints { get; } = [.. Numbers.Select(static number => Url(CableNumber + number, ClientPort))];

    internal IReadOnlyList<Cable> Cables => _cables;

    internal IReadOnlyList<EtcdProcess> Members => _members;

    /// <summary>A member without its cable.</summary>
    internal Uri Direct => _direct[0];

    private static IEnumerable<int> Numbers => Enumerable.Range(1, Size);

    internal EtcdClient Client() => Client(Endpoints);

    internal static EtcdClient Client(IReadOnlyList<Uri> endpoints) => new(new EtcdOptions(endpoints), new BootClock());

    /// <summary>A client for a watch that is cut off: it tries again soon.</summary>
    internal static EtcdClient Watcher(IReadOnlyList<Uri> endpoints) => new(
        new EtcdOptions(endpoints) { Deadline = TimeSpan.FromSeconds(1), WatchProbeInterval = TimeSpan.FromMilliseconds(200), WatchSilence = TimeSpan.FromSeconds(1) }, new BootClock());

    /// <summary>A prefix for one test.</summary>
    internal string Prefix() => $"/test/{Interlocked.Increment(ref _tests)}/";

    /// <summary>Writes a key, whatever happens to a leader meanwhile.</summary>
    /// <returns>The revision.</returns>
    internal static async Task<long> PutAsync(EtcdClient client, string key, string value)
    {
        while (true)
        {
            try
            {
                return (await client.CommitAsync(new EtcdTransaction().Put(key, Encoding.UTF8.GetBytes(value)), PutDeadline, TestContext.Current.CancellationToken)).Revision;
            }
            catch (EtcdException error) when (error.Failure is EtcdFailure.Unavailable or EtcdFailure.Unknown)
            {
                await Task.Yield(); // the client waited until its deadline already
            }
        }
    }

    /// <summary>The number of the member that leads.</summary>
    internal async Task<int> FindLeaderAsync()
    {
        using var client = Client(_direct);
        while (true)
        {
            var statuses = await client.StatusAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
            if (statuses.ToList().FindIndex(static member => member.Status?.IsLeader == true) is >= 0 and var leader)
            {
                return leader;
            }
        }
    }

    public async ValueTask InitializeAsync()
    {
        var peers = string.Join(',', Numbers.Select(static number => $"m{number}={Url(number, PeerPort).OriginalString}"));
        foreach (var number in Numbers)
        {
            var (client, peer) = (Url(number, ClientPort).OriginalString, Url(number, PeerPort).OriginalString);
            _members.Add(new EtcdProcess($"m{number}", EtcdProcess.MakeFolder(), [
                "--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", peers]));
            _direct.Add(Url(number, ClientPort));
            _cables.Add(new Cable(
                new IPEndPoint(IPAddress.Parse(EtcdProcess.Address(CableNumber + number)), ClientPort), new IPEndPoint(IPAddress.Parse(EtcdProcess.Address(number)), ClientPort)));
        }

        using var first = Client(_direct);
        await PutAsync(first, "/ready", "yes");
    }

    public ValueTask DisposeAsync()
    {
        _cables.ForEach(static cable => cable.Dispose());
        _members.ForEach(static member => member.Dispose());
        return ValueTask.CompletedTask;
    }

    private static Uri Url(int number, int port) => new($"http://{EtcdProcess.Address(number)}:{port}");
}

/// <summary>The tests that share one cluster. They run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class EtcdCollection : ICollectionFixture<EtcdCluster>
{
    public const string Name = "etcd";
}
