using System.Net;
using Gorb.Doctor.Packets;
using Gorb.Ipvs;
using Gorb.Ipvs.Filters;

namespace Gorb.Tests.Doctor;

/// <summary>What the packet filter does with a packet, as far as it is certain.</summary>
public sealed class FilterWalkTests
{
    private static readonly Packet Request = new(true, TransportProtocol.Tcp) { IsFirst = true, Destination = IPAddress.Parse("10.9.0.100"), DestinationPort = 80 };

    private static readonly FilterTest ToVip = Test(FilterField.Destination, 10, 9, 0, 100), FromClient = Test(FilterField.Source, 10, 9, 0, 10);

    [Fact]
    public void ARuleThatMatchesForSure_Drops() => Decide(Chain("in", Rule(FilterVerdict.Drop, ToVip))).Should().Be((true, "1"));

    [Fact]
    public void ARuleThatMatchesSomeClients_DropsNotAll() => Decide(Chain("in", Rule(FilterVerdict.Drop, ToVip, FromClient))).Should().Be((false, null));

    [Fact]
    public void ARuleThatMayAccept_EndsTheClaim() => Decide(Chain("in", Rule(FilterVerdict.Accept, FromClient), Rule(FilterVerdict.Drop)) with { DropsByPolicy = true }).Should().Be((false, "1"));

    [Fact]
    public void ARuleWithMoreThanIsRead_IsUncertain() => Decide(Chain("in", Rule(FilterVerdict.Accept, ToVip) with { HasMore = true }) with { DropsByPolicy = true }).Should().Be((false, "1"));

    /// <summary>Nearly every firewall begins with these two rules.</summary>
    [Fact]
    public void RulesForLoopbackAndForRunningConnections_AcceptNoNewClient()
    {
        var loopback = Test(FilterField.InputLink, 1, 0, 0, 0);
        var established = new FilterTest(FilterField.TrackingState, [6, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], IsNegated: true);

        Decide(Chain("in", Rule(FilterVerdict.Accept, loopback), Rule(FilterVerdict.Accept, established)) with { DropsByPolicy = true }).Should().Be((true, null));
        Decide(Chain("in", Rule(FilterVerdict.Accept, Test(FilterField.InputLink, 2, 0, 0, 0))) with { DropsByPolicy = true }).Should().Be((false, "1"), "clients may come in there");
    }

    [Fact]
    public void AnAcceptForOthers_LeavesThePolicy() => Decide(Chain("in", Rule(FilterVerdict.Accept, Test(FilterField.Protocol, 17))) with { DropsByPolicy = true }).Should().Be((true, null));

    [Theory]
    [InlineData(FilterVerdict.Jump, false)]
    [InlineData(FilterVerdict.GoTo, true)]
    public void AJump_ComesBack_AndAGoToDoesNot(FilterVerdict verdict, bool isDropped)
    {
        var chain = Chain("in", Rule(verdict) with { Target = "sub" }, Rule(FilterVerdict.Accept)) with { DropsByPolicy = true };

        Decide(chain, Chain("sub", Rule(FilterVerdict.Return, ToVip), Rule(FilterVerdict.Drop))).IsDropped.Should().Be(isDropped);
    }

    [Fact]
    public void ADropInAnotherChain_IsFoundThere() => Decide(Chain("in", Rule(FilterVerdict.Jump, ToVip) with { Target = "sub" }), Chain("sub", Rule(FilterVerdict.Drop) with { Id = "9" })).Should().Be((true, "9"));

    [Fact]
    public void AJumpIntoItself_Ends() => Decide(Chain("in", Rule(FilterVerdict.Jump) with { Target = "in" }) with { DropsByPolicy = true }).IsDropped.Should().BeFalse();

    private static (bool IsDropped, string? Rule) Decide(params FilterChain[] chains)
    {
        var decision = FilterWalk.Decide(chains, chains[0], Request);
        return (decision.IsDropped, decision.Rule?.Id);
    }

    private static FilterChain Chain(string name, params FilterRule[] rules) => new() { Program = "nft", Family = "inet", Table = "t", Name = name, Rules = rules };

    private static FilterRule Rule(FilterVerdict verdict, params FilterTest[] tests) => new("1", tests, false, verdict);

    private static FilterTest Test(FilterField field, params byte[] value) => new(field, [.. value.Select(static _ => (byte)0xFF)], value, value, false);
}
