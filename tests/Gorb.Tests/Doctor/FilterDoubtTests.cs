using System.Net;
using Gorb.Doctor.Packets;
using Gorb.Ipvs;
using Gorb.Ipvs.Filters;

namespace Gorb.Tests.Doctor;

/// <summary>Whether the packet filter may drop a packet of which only the destination is known.</summary>
public sealed class FilterDoubtTests
{
    private static readonly Packet Request = new(true, TransportProtocol.Tcp) { Destination = IPAddress.Parse("10.9.0.100"), DestinationPort = 80 };

    private static readonly FilterTest ToVip = Test(FilterField.Destination, 10, 9, 0, 100), ToOther = Test(FilterField.Destination, 10, 9, 0, 99), FromClient = Test(FilterField.Source, 10, 9, 0, 10);

    [Fact]
    public void AnEmptyChain_DependsOnItsPolicy()
    {
        MayDrop(Chain("in")).Should().BeFalse();
        MayDrop(Chain("in") with { DropsByPolicy = true }).Should().BeTrue();
    }

    [Theory]
    [InlineData(FilterVerdict.Accept, false)]
    [InlineData(FilterVerdict.Drop, true)]
    [InlineData(FilterVerdict.Unknown, true)]
    [InlineData(FilterVerdict.Return, true)]
    public void ARuleThatMatches_Decides(FilterVerdict verdict, bool expected) =>
        MayDrop(Chain("in", Rule(verdict, ToVip)) with { DropsByPolicy = true }).Should().Be(expected);

    [Fact]
    public void ARuleThatMayMatch_LeavesBothWays()
    {
        MayDrop(Chain("in", Rule(FilterVerdict.Drop, FromClient))).Should().BeTrue();
        MayDrop(Chain("in", Rule(FilterVerdict.Accept, FromClient)) with { DropsByPolicy = true }).Should().BeTrue();
        MayDrop(Chain("in", Rule(FilterVerdict.Accept, FromClient), Rule(FilterVerdict.Accept)) with { DropsByPolicy = true }).Should().BeFalse();
        MayDrop(Chain("in", Rule(FilterVerdict.Drop, ToOther))).Should().BeFalse();
    }

    [Theory]
    [InlineData(FilterVerdict.Jump, false)]
    [InlineData(FilterVerdict.GoTo, true)]
    public void AJump_ComesBack_AndAGoToDoesNot(FilterVerdict verdict, bool expected) =>
        MayDrop(Chain("in", Rule(verdict) with { Target = "sub" }, Rule(FilterVerdict.Accept)) with { DropsByPolicy = true }, Chain("sub", Rule(FilterVerdict.Accept, FromClient))).Should().Be(expected);

    [Fact]
    public void AJump_ThatAlwaysAccepts_Ends() =>
        MayDrop(Chain("in", Rule(FilterVerdict.Jump) with { Target = "sub" }, Rule(FilterVerdict.Drop)), Chain("sub", Rule(FilterVerdict.Accept))).Should().BeFalse();

    [Fact]
    public void AJump_ToAChainThatIsNotThere_IsADoubt() => MayDrop(Chain("in", Rule(FilterVerdict.Jump) with { Target = "none" })).Should().BeTrue();

    [Fact]
    public void AChainOfAnotherHookOrFamily_DoesNotCount()
    {
        MayDrop(Chain("in", Rule(FilterVerdict.Drop)) with { Hook = FilterHook.Forward }).Should().BeFalse();
        MayDrop(Chain("in", Rule(FilterVerdict.Drop)) with { Family = "ip6" }).Should().BeFalse();
    }

    private static bool MayDrop(params FilterChain[] chains) => FilterDoubt.Find(chains, Request, FilterHook.Input) is not null;

    private static FilterChain Chain(string name, params FilterRule[] rules) =>
        new() { Program = "nft", Family = "inet", Table = "t", Name = name, Hook = name == "in" ? FilterHook.Input : null, Rules = rules };

    private static FilterRule Rule(FilterVerdict verdict, params FilterTest[] tests) => new("1", tests, false, verdict);

    private static FilterTest Test(FilterField field, params byte[] value) => new(field, [.. value.Select(static _ => (byte)0xFF)], value, value, false);
}
