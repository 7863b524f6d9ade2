using System.Net;
using System.Net.Sockets;
using Gorb.Ipvs.Netlink;
using Gorb.Ipvs.Tests.Netlink;
using Gorb.Tests.Shared;

namespace Gorb.Ipvs.Tests;

/// <summary>Batches: pipelined, with a result for each change; invalid changes never reach the kernel.</summary>
public sealed class ApplyTests
{
    private static readonly ServiceKey Web = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.0.0.1"), 80);
    private static readonly DestinationKey Backend = new(IPAddress.Parse("10.0.0.5"), 80);

    public static TheoryData<int> Sizes => [0, 1, 127, 128, 129, 1000];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Batch_GoesInChunks_WithOneAcknowledgementEach(int size)
    {
        var acks = 0;
        var kernel = new ScriptedKernel(asked =>
        {
            acks += asked.Count(one => one.WantsAck);
            return [ScriptedKernel.Acknowledged(asked.Single(one => one.WantsAck))];
        });
        using var client = kernel.Connect();

        var results = client.Apply([.. Enumerable.Repeat(new IpvsChange.RemoveService(Web), size)]);

        results.Should().HaveCount(size);
        results.Should().NotContain(result => !result.Succeeded);
        acks.Should().Be((size + 127) / 128);
    }

    [Fact]
    public void EveryRefusal_FindsItsChange()
    {
        var kernel = new FakeKernel();
        using var client = IpvsClient.Create(kernel.Open);
        IpvsChange[] changes =
        [
            new IpvsChange.AddService(new VirtualService(Web)),
            .. Enumerable.Range(0, 300).Select(i => i % 7 == 0
                ? new IpvsChange.AddService(new VirtualService(Web))
                : (IpvsChange)new IpvsChange.AddDestination(Web, new Destination(Backend with { Port = (ushort)(i + 1) }))),
        ];

        var results = client.Apply(changes);

        results.Select(result => result.Change).Should().Equal(changes);
        results.Skip(1).Select((result, i) => result.Error?.IsConflict ?? false).Should().Equal(Enumerable.Range(0, 300).Select(i => i % 7 == 0));
        client.GetDestinations(Web).Should().HaveCount(results.Count(result => result.Succeeded) - 1);
        kernel.MutatingDatagrams.Should().Be(3);
    }

    [Fact]
    public void LostReplies_AreAnErrorOfTheExchange()
    {
        var kernel = new FakeKernel { LoseReplies = 1 };
        using var client = IpvsClient.Create(kernel.Open);

        client.Invoking(broken => broken.Apply([new IpvsChange.AddService(new VirtualService(Web))]))
            .Should().Throw<NetlinkTransportException>().Where(error => error.Errno == Errno.ENOBUFS);

        client.FindService(Web).Should().NotBeNull();
    }

    [Fact]
    public void WhatTheKernelWouldMisunderstand_NeverReachesIt()
    {
        var kernel = new FakeKernel();
        using var client = IpvsClient.Create(kernel.Open);
        var service = new VirtualService(Web);
        var destination = new Destination(Backend);
        var everyPort = ServiceKey.ForAddress(TransportProtocol.Tcp, Web.Address!, 0);
        IpvsChange[] wrong =
        [
            new IpvsChange.RemoveService(default),
            new IpvsChange.AddService(service with { Scheduler = "" }),
            new IpvsChange.AddService(service with { Scheduler = "sixteen-letters-" }),
            new IpvsChange.AddService(service with { PersistenceEngine = "si p" }),
            new IpvsChange.AddService(service with { Netmask = Netmask.Whole(AddressFamily.InterNetworkV6) }),
            new IpvsChange.AddService(service with { PersistenceTimeout = 3_000_000 }),
            new IpvsChange.AddService(service with { Flags = ServiceFlags.OnePacket }),
            new IpvsChange.AddService(new VirtualService(everyPort)),
            new IpvsChange.AddDestination(Web, destination with { Weight = -1 }),
            new IpvsChange.AddDestination(Web, destination with { UpperThreshold = 1, LowerThreshold = 2 }),
            new IpvsChange.AddDestination(Web, destination with { UpperThreshold = 1u << 31 }),
            new IpvsChange.AddDestination(Web, destination with { Forwarding = (ForwardingMethod)5 }),
            new IpvsChange.AddDestination(Web, destination with { Forwarding = ForwardingMethod.Tunnel, Tunnel = new TunnelOptions((TunnelType)9) }),
            new IpvsChange.AddDestination(Web, destination with { Forwarding = ForwardingMethod.Tunnel, Tunnel = new TunnelOptions(TunnelType.Gue) }),
            new IpvsChange.AddDestination(Web, destination with { Key = Backend with { Port = 81 }, Forwarding = ForwardingMethod.DirectRoute }),
            new IpvsChange.UpdateDestination(Web, destination with { Key = new DestinationKey(IPAddress.IPv6Loopback, 80) }),
            new IpvsChange.UpdateDestination(Web, new Destination(default)),
            new IpvsChange.RemoveDestination(Web, default),
        ];

        var results = client.Apply([.. wrong, new IpvsChange.AddService(service)]);

        results.SkipLast(1).Should().OnlyContain(result => result.Error!.Errno == Errno.EINVAL && result.Error.Cause != null);
        results[^1].Succeeded.Should().BeTrue("a refusal does not stop the other changes");
        kernel.Mutations.Should().Be(1);
    }

    [Fact]
    public void RandomTables_AreReadBackAsWritten()
    {
        var random = new Random(20261123);
        for (var round = 0; round < 200; round++)
        {
            var kernel = new FakeKernel();
            using var client = IpvsClient.Create(kernel.Open);
            var service = Any.Service(random);
            var destinations = Enumerable.Range(0, random.Next(8)).Select(_ => Any.Destination(random, service.Key)).DistinctBy(one => one.Key).ToList();

            client.Apply([new IpvsChange.AddService(service), .. destinations.Select(one => new IpvsChange.AddDestination(service.Key, one))])
                .Should().OnlyContain(result => result.Succeeded);

            var table = client.GetTable().Should().ContainSingle().Subject;
            table.Service.Service.Should().Be(service);
            table.Destinations.Select(entry => entry.Destination).Should().BeEquivalentTo(destinations);
        }
    }
}
