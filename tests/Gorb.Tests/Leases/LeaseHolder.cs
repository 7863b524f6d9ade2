using System.Net;
using Gorb.Etcd;
using Gorb.Leases;
using Gorb.Tests.Etcd;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gorb.Tests.Leases;

/// <summary>One director that holds addresses on a wire.</summary>
internal sealed class LeaseHolder : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly EtcdClient _client;
    private readonly Task _task;

    public LeaseHolder(string name, string cluster, TestWire wire, IReadOnlySet<IPAddress> wanted, int priority, bool leaves, TimeSpan lease, IPeerLink? link, params IReadOnlyList<Uri> members)
    {
        Name = name;
        _client = EtcdCluster.Watcher(members);
        Host = new WireHost(name, wire);
        Leases = new AddressLeases(_client, new LeaseKeys(cluster), new LeaseOptions(name, priority, lease) { LeavesOnStop = leaves, CheckInterval = TimeSpan.Zero }, Host, link, NullLogger<AddressLeases>.Instance);
        Leases.Want(wanted);
        _task = Leases.RunAsync(_end.Token);
    }

    public string Name { get; }

    public WireHost Host { get; }

    public AddressLeases Leases { get; }

    /// <summary>Ends it as SIGTERM does.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_end.IsCancellationRequested)
        {
            await _end.CancelAsync();
            await FluentActions.Awaiting(() => _task).Should().ThrowAsync<OperationCanceledException>("nothing else ends it");
            Leases.Dispose();
            _client.Dispose();
        }
    }
}
