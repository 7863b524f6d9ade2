using System.Net;
using Gorb.Cluster;
using Gorb.Etcd;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Tests.Etcd;

namespace Gorb.Tests.Cluster;

/// <summary>One director's share in a cluster's table: it follows the table, and writes into it.</summary>
internal sealed class TestDirector : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly EtcdClient _client;
    private readonly Task _tasks;

    /// <param name="name">Its name.</param>
    /// <param name="cluster">The name of its cluster.</param>
    /// <param name="members">The members of etcd.</param>
    public TestDirector(string name, string cluster, params IReadOnlyList<Uri> members)
    {
        Keys = new ClusterKeys(cluster);
        _client = EtcdCluster.Watcher(members);
        Follower = new SharedFollower(_client, Keys);
        Writer = new SharedWriter(_client, Keys, name, Follower, new Limits());
        Name = name;
        _tasks = Task.WhenAll(Follower.RunAsync(_end.Token), Writer.RunAsync(_end.Token));
    }

    public string Name { get; }

    public ClusterKeys Keys { get; }

    public SharedFollower Follower { get; }

    public SharedWriter Writer { get; }

    /// <summary>Puts a service, as often as it takes etcd to answer.</summary>
    public Task<long> PutAsync(string service, ushort port) => PatientlyAsync(() => TryPutAsync(service, port));

    /// <summary>Adds a backend to a service that must exist, as often as it takes etcd to answer.</summary>
    public Task<long> AddAsync(string service, string backend, ushort port) => PatientlyAsync(() => TryAddAsync(service, backend, port));

    /// <summary>Makes any edit, as often as it takes etcd to answer.</summary>
    public Task<long> ChangeAsync(Action<Gorb.Writer.Transaction> edit) => PatientlyAsync(() => Writer.ChangeAsync(new ChangeOrigin(Name), edit));

    public Task<long> TryPutAsync(string service, ushort port) => Writer.ChangeAsync(new ChangeOrigin(Name), transaction => transaction.Put(Make(service, port)));

    public Task<long> TryAddAsync(string service, string backend, ushort port) => Writer.ChangeAsync(new ChangeOrigin(Name), transaction =>
        transaction.Put(transaction.Get(service), Backend.Create(backend, new BackendSpec { Host = "10.9.0.21", Address = IPAddress.Parse("10.9.0.21"), Port = port }, DateTimeOffset.UnixEpoch, ServiceSpec.Blank)));

    /// <summary>Waits until it has seen a revision.</summary>
    public Task<SharedTable> ReachAsync(long revision) => Follower.ReachAsync(revision, TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await FluentActions.Awaiting(() => _tasks).Should().ThrowAsync<OperationCanceledException>("nothing else ends a director");
        _client.Dispose();
        _end.Dispose();
    }

    private static async Task<long> PatientlyAsync(Func<Task<long>> edit)
    {
        while (true)
        {
            try
            {
                return await edit();
            }
            catch (RequestException error) when (error.Refusal == Refusal.Unavailable)
            {
                await Task.Yield(); // the edit waited until its deadline already
            }
        }
    }

    internal static Service Make(string name, ushort port) =>
        Service.Create(name, new ServiceSpec { Key = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), port), Host = "10.9.0.100" });
}
