using System.Net;
using Gorb.Cli;
using Gorb.Health.Epoll;
using Gorb.Health.Probes;
using Gorb.Model.Checks;
using Gorb.Tests.Health.Probes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gorb.Tests.Checks;

/// <summary>Where checks may go (--allow-check, --deny-check).</summary>
public sealed class CheckNetworksTests
{
    private const string Nothing = "";

    [Theory]
    [InlineData(Nothing, Nothing, "10.9.0.21", true)]
    [InlineData(Nothing, Nothing, "169.254.169.254", false)]
    [InlineData(Nothing, Nothing, "fd00:ec2::254", false)]
    [InlineData(Nothing, Nothing, "fd00:ec2::253", true)]
    [InlineData(Nothing, Nothing, "127.9.9.9", false)]
    [InlineData(Nothing, Nothing, "::1", false)]
    [InlineData(Nothing, Nothing, "::ffff:127.0.0.1", false)]
    [InlineData(Nothing, Nothing, "::ffff:169.254.169.254", false)]
    [InlineData(Nothing, Nothing, "0.0.0.0", false)]
    [InlineData(Nothing, Nothing, "::", false)]
    [InlineData(Nothing, Nothing, "fe80::1%1", true)]
    [InlineData(Nothing, "fe80::/10", "fe80::1%1", false)]
    [InlineData("10.9.0.0/16", Nothing, "10.9.0.21", true)]
    [InlineData("10.9.0.0/16", Nothing, "10.10.0.21", false)]
    [InlineData("10.9.0.0/16", Nothing, "fd00::21", false)]
    [InlineData("10.9.0.0/16", "10.9.7.0/24", "10.9.7.1", false)]
    [InlineData("10.9.7.1", "10.9.7.0/24", "10.9.7.1", true)]
    [InlineData("10.9.7.0/24", "10.9.7.0/24", "10.9.7.1", false)]
    [InlineData("0.0.0.0/0", Nothing, "169.254.169.254", false)]
    [InlineData("0.0.0.0/0 169.254.169.254", Nothing, "169.254.169.254", true)]
    [InlineData("127.0.0.0/8", Nothing, "0.0.0.0", true)]
    [InlineData(Nothing, "10.0.0.0/8", "10.9.0.21", false)]
    [InlineData(Nothing, "10.0.0.0/8", "11.9.0.21", true)]
    public void SmallestNetwork_Decides(string allowed, string denied, string address, bool mayGo) =>
        (Networks(allowed, denied).Refusal(IPAddress.Parse(address), isBackendLocal: false) is null).Should().Be(mayGo);

    [Theory]
    [InlineData("127.0.0.1", Nothing, Nothing, true)]
    [InlineData("::1", Nothing, Nothing, true)]
    [InlineData("127.0.0.1", Nothing, "127.0.0.0/8", false)]
    [InlineData("127.0.0.1", "10.0.0.0/8", Nothing, false)]
    [InlineData("169.254.169.254", Nothing, Nothing, false)]
    public void BackendOnLoopback_MayBeCheckedThere(string address, string allowed, string denied, bool mayGo) =>
        (Networks(allowed, denied).Refusal(IPAddress.Parse(address), isBackendLocal: true) is null).Should().Be(mayGo);

    /// <summary>Over loopback the API asks for no token, and a check can send any request.</summary>
    [Fact]
    public void HttpCheckOfTheOwnApi_IsRefused()
    {
        var networks = new CheckNetworks([], [], [4672]);

        networks.Refusal(Probe.Target(new HttpArgs { Method = "DELETE", Path = "/ipvs" }, 4672)).Should().Contain("Gorb's own API").And.Contain("type tcp");
        networks.Refusal(Probe.Target(new HttpArgs(), 80)).Should().BeNull();
        networks.Refusal(Probe.Target(new TcpArgs(), 4672)).Should().BeNull();
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("http")]
    public async Task NameThatLeadsToADeniedAddress_IsNotProbed(string type)
    {
        using var listener = new Listener();
        var lookup = new HostLookup(CheckNetworks.Default);
        using var tcp = new TcpProber(lookup, NullLogger<TcpProber>.Instance);
        IProber prober = type == "tcp" ? tcp : new AsyncProber(new HttpProbe(), lookup);
        var target = Probe.Target(type == "tcp" ? new TcpArgs() : new HttpArgs(), listener.Port, host: "localhost", address: null) with { IsBackendLocal = false };

        var result = await Probe.RunAsync(prober, target);

        (result.Passed, result.IsLocalFault).Should().Be((false, true), "it says nothing about the backend");
        result.Reason.Should().StartWith("checks go to ").And.Contain("which is this host itself, only for a backend that is there");
    }

    [Theory]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("10.9.0.21", true)]
    [InlineData("fd00::/64", true)]
    [InlineData("::/0", true)]
    [InlineData("10.0.0.1/8", false)]
    [InlineData("fd00::1/64", false)]
    [InlineData("10.0.0.0/33", false)]
    [InlineData("10.0.0.0/-1", false)]
    [InlineData("10.0.0.0/", false)]
    [InlineData("010.0.0.0/8", false)]
    [InlineData("backend.example", false)]
    public void Network_IsReadExactly(string text, bool isNetwork) => CheckNetworkOption.Parse(text).HasValue.Should().Be(isNetwork);

    internal static CheckNetworks Networks(string allowed, string denied) => new(Parse(allowed), Parse(denied), []);

    private static List<IPNetwork> Parse(string texts) => [.. texts.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static text => CheckNetworkOption.Parse(text)!.Value)];
}
