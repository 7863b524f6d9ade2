using System.Net;
using Gorb.Ipvs;
using Gorb.Ipvs.Wire;
using Gorb.Model;
using Gorb.State;
using Gorb.Targets;
using Gorb.Targets.Ipvs;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Gorb.Tests.State;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Targets;

/// <summary>For every target, Gorb saves each removal before it makes it, and a restart completes it.</summary>
public sealed class LedgerTests : IDisposable
{
    private readonly TemporaryFile _file = new();
    private readonly TemporaryFile _crashed = new();
    private readonly FakeKernel _kernel = new();
    private readonly FakeAddresses _addresses = new();

    public void Dispose()
    {
        _file.Dispose();
        _crashed.Dispose();
    }

    /// <summary>The daemon is killed after it saved the removal and before it changed the targets.</summary>
    [Fact]
    public async Task Crash_BeforeARemoval_IsMadeUpForByTheNextStart_InBoth()
    {
        await using (var daemon = await StartAsync(_file.Path, _kernel, _addresses))
        {
            await daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
            await daemon.PutAsync("/service/shop", """{"host": "10.9.0.101", "port": 80}""");
            _kernel.Refuse = CopyState;
            await daemon.DeleteAsync("/service/web");
        }

        var (kernel, addresses) = (new FakeKernel(), new FakeAddresses());
        using (var client = IpvsClient.Create(kernel.Open))
        {
            client.Apply([Add("10.9.0.100"), Add("10.9.0.101"), Add("192.0.2.7")]);
        }

        addresses.Change(static present => present.UnionWith(["10.9.0.100", "10.9.0.101", "192.0.2.7"]));
        await using var again = await StartAsync(_crashed.Path, kernel, addresses);

        addresses.Present.Should().Equal("10.9.0.101", "192.0.2.7");
        again.ReadKernel().Select(entry => entry.Service.Service.Key.Address!.ToString()).Should().BeEquivalentTo("10.9.0.101", "192.0.2.7");
    }

    /// <summary>The store may hold leftovers of a disabled or later target, which Gorb must not discard.</summary>
    [Fact]
    public async Task LeftoversOfATargetThatIsNotThere_StayInTheStore()
    {
        using (var store = SqliteStore.Open(_file.Path))
        {
            store.Commit(new StateDelta { Left = [new LedgerKey("addresses", "10.9.0.100"), new LedgerKey("later", "anything at all")] });
        }

        await using (var daemon = await StartAsync(_file.Path, _kernel, _addresses))
        {
            await daemon.PutAsync("/service/shop", """{"host": "10.9.0.101", "port": 80}""");
        }

        using var after = SqliteStore.Open(_file.Path);
        after.Load().Leftovers.Should().Equal(new LedgerKey("later", "anything at all"));
    }

    [Fact]
    public async Task LeftoverThatIsNoKey_RefusesTheStart_AndChangesNothing()
    {
        using (var store = SqliteStore.Open(_file.Path))
        {
            store.Commit(new StateDelta { Left = [new LedgerKey("ipvs", "no key")] });
        }

        var start = () => StartAsync(_file.Path, _kernel, _addresses);

        (await start.Should().ThrowAsync<StateException>()).WithMessage("*ledger of ipvs*");
        _kernel.Mutations.Should().Be(0);
    }

    [Fact]
    public void KernelKey_IsReadAsItIsWritten()
    {
        KernelKeys().Should().AllSatisfy(static key => KernelKey.Parse(key.ToString()).Should().Be(key));
        KernelKey.Parse("tcp/10.9.0.100:80 10.9.0.21:80").Destination.Should().Be(new DestinationKey(IPAddress.Parse("10.9.0.21"), 80));
    }

    private static IEnumerable<KernelKey> KernelKeys()
    {
        ServiceKey[] services =
        [
            ServiceKey.ForAddress(TransportProtocol.Udp, IPAddress.Parse("2001:db8::1"), 53),
            ServiceKey.ForAddress(TransportProtocol.Sctp, IPAddress.Parse("10.9.0.100"), 0),
            ServiceKey.ForFirewallMark(7, System.Net.Sockets.AddressFamily.InterNetworkV6),
        ];
        return services.SelectMany(static service => new KernelKey[] { new(service), new(service, new DestinationKey(IPAddress.Parse("2001:db8::2"), 0)) });
    }

    private static IpvsChange.AddService Add(string address) => new(new VirtualService(ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse(address), 80)));

    private static async Task<TestDaemon> StartAsync(string state, FakeKernel kernel, FakeAddresses addresses)
    {
        var daemon = new TestDaemon { Kernel = kernel, State = state, Configure = services => services.AddSingleton<ITarget>(new AddressTarget(addresses)) };
        await daemon.InitializeAsync();
        return daemon;
    }

    /// <summary>Copies the state file when the kernel receives the removal of a service.</summary>
    private Errno CopyState(FakeRequest request)
    {
        if (request.IpvsCommand == IpvsCommand.DeleteService)
        {
            _crashed.Write(File.ReadAllBytes(_file.Path));
            File.Copy(_file.Path + "-wal", _crashed.Path + "-wal", overwrite: true);
        }

        return Errno.None;
    }
}
