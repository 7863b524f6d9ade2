using System.Net.Sockets;
using Gorb.Ipvs;
using Gorb.Ipvs.Filters;
using Gorb.Why;
using static Gorb.Tests.Why.TraceTests;

namespace Gorb.Tests.Why;

/// <summary>The packet filter on a packet's way: one backend, 10.9.0.21.</summary>
public sealed class FilteringTests
{
    private const byte Ipv4InIp = 4;

    private static readonly FilterTest ToVip = Test(FilterField.Destination, 10, 9, 0, 100), FromClient = Test(FilterField.Source, 10, 9, 0, 10),
        ToBackend = Test(FilterField.Destination, 10, 9, 0, 21), FromBackend = Test(FilterField.Source, 10, 9, 0, 21), ToClient = Test(FilterField.Destination, 10, 9, 0, 10);

    private static readonly Question One = Fine with { Entry = Entry("rr", Destination(21)) };

    [Theory]
    [InlineData(FilterHook.Prerouting)]
    [InlineData(FilterHook.Input)]
    public void ADroppedRequest_IsNamed_WithItsCommand(FilterHook hook)
    {
        var view = Trace.Run(With(One, Chain(hook, Rule(FilterVerdict.Drop, ToVip, FromClient, Test(FilterField.DestinationPort, 0, 80)))));

        view.Summary.Should().Be("Packets of 10.9.0.10 for web are lost: packets of 10.9.0.10 for tcp/10.9.0.100:80 are dropped by rule 7 of chain wall of table inet t (nft).");
        view.Command.Should().Be("nft delete rule inet t wall handle 7");
        view.Steps.Select(static step => step.Step).Should().Equal("neighbour", "address", "filter");
    }

    [Theory]
    [InlineData(ForwardingMethod.Masquerade)]
    [InlineData(ForwardingMethod.DirectRoute)]
    [InlineData(ForwardingMethod.Tunnel)]
    public void ADroppedPacketOfIpvs_IsNamed(ForwardingMethod method)
    {
        var destination = Destination(21) with { Destination = Destination(21).Destination with { Forwarding = method } };
        FilterTest[] sent = method switch
        {
            ForwardingMethod.Masquerade => [FromClient, ToBackend, Test(FilterField.Protocol, 6)],
            ForwardingMethod.DirectRoute => [FromClient, ToVip, Test(FilterField.Protocol, 6)],
            _ => [ToBackend, Test(FilterField.Protocol, Ipv4InIp)],
        };
        var view = Trace.Run(With(Fine with { Entry = Entry("rr", destination) }, Chain(FilterHook.Output, Rule(FilterVerdict.Drop, sent))));

        view.Summary.Should().Contain("packets for 10.9.0.21 are dropped by rule 7 of chain wall");
        view.Steps[^1].Should().Match<WhyStepView>(static step => step.Step == "filter" && step.Backend == "b1");
    }

    [Fact]
    public void ADroppedReply_IsNamed()
    {
        var wall = Chain(FilterHook.Forward, Rule(FilterVerdict.Drop, FromBackend, ToClient, Test(FilterField.SourcePort, 0, 80)));

        Trace.Run(With(One, wall)).Summary.Should().Contain("replies of 10.9.0.21 are dropped by rule 7 of chain wall");
        var direct = Destination(21) with { Destination = Destination(21).Destination with { Forwarding = ForwardingMethod.DirectRoute } };
        Trace.Run(With(Fine with { Entry = Entry("rr", direct) }, wall)).Broken.Should().BeFalse("it does not come through this host");
    }

    [Fact]
    public void APolicy_Drops_WithItsCommand()
    {
        var wall = Chain(FilterHook.Forward) with { DropsByPolicy = true, Program = "iptables-legacy", Family = "ip", Table = "filter", Name = "FORWARD" };

        Trace.Run(With(One, wall)).Command.Should().Be("iptables-legacy -P FORWARD ACCEPT");
    }

    [Fact]
    public void ARuleThatMayAccept_IsADoubt()
    {
        var established = new FilterTest(FilterField.TrackingState, [6, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], IsNegated: true);
        var wall = Chain(FilterHook.Forward, Rule(FilterVerdict.Accept, established)) with { DropsByPolicy = true };

        var view = Trace.Run(With(One, wall));

        view.Broken.Should().BeFalse();
        view.Steps.Single(static step => step is { Step: "filter", Result: "unknown" }).Seen.Should().StartWith("chain wall of table inet t (nft) may drop replies of 10.9.0.21");
        Trace.Run(With(One, wall with { DropsByPolicy = false })).Steps.Should().NotContain(static step => step.Step == "filter" && step.Result != "ok", "it accepts in any case");
    }

    /// <summary>The client's port decides whether its packet begins a connection.</summary>
    [Fact]
    public void ARuleForRunningConnections_AcceptsThose()
    {
        var established = new FilterTest(FilterField.TrackingState, [6, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], IsNegated: true);
        var question = With(One, Chain(FilterHook.Input, Rule(FilterVerdict.Accept, established)) with { DropsByPolicy = true });

        Trace.Run(question).Broken.Should().BeTrue();
        Trace.Run(question with { Port = 40_000 }).Broken.Should().BeTrue("it has no connection yet");
        Trace.Run(question with { Port = 40_000, Connections = new([Connection(40_000, 21, "ESTABLISHED", 880)], true) }).Broken.Should().BeFalse();
    }

    [Fact]
    public void ATranslatingChain_IsNoDoubt() =>
        Trace.Run(With(One, Chain(FilterHook.Postrouting, Rule(FilterVerdict.Unknown)) with { Translates = true })).Steps.Should().NotContain(static step => step.Step == "filter" && step.Result != "ok");

    [Fact]
    public void AFilterThatCannotBeRead_IsADoubt()
    {
        var view = Trace.Run(One with { Host = One.Host with { Unread = ["the packet filter (nftables): it cannot be read"] } });

        view.Summary.Should().EndWith("it cannot see: filter, return.");
    }

    /// <summary>Nobody knows which packets are marked.</summary>
    [Fact]
    public void AMark_IsNotFollowed()
    {
        var question = One with { Service = One.Service with { Spec = One.Service.Spec with { Key = ServiceKey.ForFirewallMark(7, AddressFamily.InterNetwork) } } };

        Trace.Run(With(question, Chain(FilterHook.Input) with { DropsByPolicy = true })).Summary.Should().Contain("it cannot see: filter");
    }

    private static Question With(Question question, FilterChain chain) => question with { Host = question.Host with { Chains = [chain] } };

    private static FilterChain Chain(FilterHook hook, params FilterRule[] rules) => new() { Program = "nft", Family = "inet", Table = "t", Name = "wall", Hook = hook, Rules = rules };

    private static FilterRule Rule(FilterVerdict verdict, params FilterTest[] tests) => new("7", tests, false, verdict);

    private static FilterTest Test(FilterField field, params byte[] value) => new(field, [.. value.Select(static _ => (byte)0xFF)], value, value, false);
}
