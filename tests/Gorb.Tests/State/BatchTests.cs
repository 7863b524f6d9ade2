using System.Net;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Gorb.Writer;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.State;

/// <summary>Concurrent changes are saved in one transaction and sent in one datagram.</summary>
public sealed class BatchTests : DaemonTest
{
    private readonly BrittleStore _store = new();

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => new() { Kernel = kernel, Configure = services => services.AddSingleton<IStateStore>(_store) };

    [Fact]
    public async Task ChangesThatWaitForTheWriter_AreOneTransactionAndOneDatagram()
    {
        var (commits, datagrams) = (_store.Commits, _daemon.Kernel.MutatingDatagrams);
        List<Task> waiting;
        using (new HeldWriter(_daemon))
        {
            waiting = [.. Enumerable.Range(81, 10).Select(port => _daemon.Service<TableWriter>().ChangeAsync(Put((ushort)port)))];
        }

        await Task.WhenAll(waiting);

        (_store.Commits - commits, _daemon.Kernel.MutatingDatagrams - datagrams).Should().Be((1, 1));
        _store.Services.Should().HaveCount(10);
        _daemon.ReadKernel().Should().HaveCount(10);
    }

    [Fact]
    public async Task Document_IsOneTransactionAndOneDatagram()
    {
        var services = string.Join(", ", Enumerable.Range(81, 10).Select(port =>
            $$"""s{{port}}: { host: 10.9.0.100, port: {{port}}, backends: { b1: { host: 10.9.0.21, port: 80 }, b2: { host: 10.9.0.22, port: 80 } } }"""));

        await _daemon.PutAsync("/config", $$"""services: { {{services}} }""");

        (_store.Commits, _daemon.Kernel.MutatingDatagrams, _daemon.Kernel.Mutations).Should().Be((1, 1, 30));
    }

    private static Action<Transaction> Put(ushort port) => transaction => transaction.Put(
        Service.Create($"s{port}", new ServiceSpec { Key = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), port) }));
}
