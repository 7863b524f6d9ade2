using System.Net;
using Gorb.Etcd;
using Gorb.Leases;
using Gorb.Tests.Etcd;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gorb.Tests.Leases;

/// <summary>One director that holds addresses on a wire.</summary>
internal sealed class LeaseHolder : IAddressHost, IAsyncDisposable
{
    /// <summary>The shortest lease that is meant to be used.</summary>
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _end = new();
    private readonly TestWire _wire;
    private readonly EtcdClient _client;
    private readonly Task _task;

    public LeaseHolder(string name, string cluster, TestWire wire, IReadOnlySet<IPAddress> wanted, int priority, params IReadOnlyList<Uri> members)
    {
        (Name, _wire) = (name, wire);
        _client = EtcdCluster.Watcher(members);
        Leases = new AddressLeases(_client, new LeaseKeys(cluster), new LeaseOptions(name, priority, Ttl), this, NullLogger<AddressLeases>.Instance);
        Leases.Want(wanted);
        _task = Leases.RunAsync(_end.Token);
    }

    public string Name { get; }

    public AddressLeases Leases { get; }

    public string? FindOtherHolder(IPAddress address) => _wire.HoldersOf(address).FirstOrDefault(holder => holder != Name);

    public void Hold(IPAddress address, TimeSpan validFor) => _wire.Hold(address, Name, validFor);

    public void Release(IPAddress address) => _wire.Release(address, Name);

    public void Announce(IPAddress address) => _wire.HoldersOf(address).Should().Contain(Name, "only what is here is announced");

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
